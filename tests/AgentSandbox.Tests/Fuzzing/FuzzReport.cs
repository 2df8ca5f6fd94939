namespace AgentSandbox.Tests.Fuzzing;

/// <summary>What a run has found.</summary>
/// <param name="Known">Seeds, and inputs that went a new way.</param>
/// <param name="Slowest">By the clock, so other work on the machine and the garbage collector are in it.</param>
internal sealed record FuzzReport(
    string Target, long Inputs, TimeSpan Elapsed, int Known, TimeSpan Slowest, long MostAllocated, IReadOnlyList<FuzzFailure> Failures);

internal sealed record FuzzFailure(byte[] Input, string Reason)
{
    public override string ToString() => $"{Convert.ToBase64String(Input)}: {Reason}";
}
