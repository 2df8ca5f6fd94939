namespace AgentSandbox.Server.Runtimes.Cgroups;

/// <summary>For hosts without usable cgroups whose operator allowed boxes without limits: nothing is limited or measured.</summary>
internal sealed class UnenforcedCgroups : CgroupTree
{
    public override string Description => "no cgroups: limits are NOT enforced";

    public override bool Enforces => false;

    public override bool CanFreeze => false;

    public override void Prepare()
    {
    }

    public override BoxCgroup Open(string boxId) => new Box();

    public override IReadOnlyCollection<string> ListBoxIds() => [];

    public override void RemoveIfEmpty()
    {
    }

    private sealed class Box : BoxCgroup
    {
        public override IReadOnlyList<string> ProcsFiles => [];

        public override string? PathForRuntime => null;

        public override bool IsFrozen => false;

        public override void Create(SandboxLimits limits)
        {
        }

        public override void SetFrozen(bool frozen) => throw new SandboxRuntimeException("Without cgroups a box cannot be paused.");

        public override SandboxStats ReadStats() => new(0, 0, 0, 0, 0);

        public override EnforcedLimits ReadLimits() => EnforcedLimits.None;

        public override long ReadOomKills() => 0;

        public override bool Contains(int pid) => true;

        public override void Kill()
        {
        }

        public override bool TryRemove() => true;
    }
}
