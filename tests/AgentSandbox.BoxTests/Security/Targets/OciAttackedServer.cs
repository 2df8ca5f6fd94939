using AgentSandbox.Server.Runtimes.Oci;

namespace AgentSandbox.BoxTests.Security.Targets;

/// <summary>Boxes without any daemon: crun's, and gVisor's where runsc is installed.</summary>
public sealed class OciAttackedServer : AttackedServer
{
    internal override string Name => "oci";

    private protected override Task<IReadOnlyDictionary<string, string?>> PrepareAsync() =>
        Task.FromResult<IReadOnlyDictionary<string, string?>>(new Dictionary<string, string?> { ["RUNTIME"] = "oci", ["OCI_RUNTIME"] = "crun" });

    internal override Task<int> FindInitAsync(string sessionId) =>
        Task.FromResult(BoxRecord.TryRead(new BoxDirectory(Path.Combine(DataDirectory, "boxes"), sessionId).Record)!.Pid);
}

[CollectionDefinition(Name)]
public sealed class OciAttackCollection : ICollectionFixture<OciAttackedServer>
{
    public const string Name = "attacks on oci";
}
