using AgentSandbox.Server.Runtimes.Oci;

namespace AgentSandbox.Tests.Runtimes.Oci;

public sealed class ProcessIdentityTests
{
    [Theory]
    [InlineData("42 (cat) S 1 42 42 0 -1 4194560 90 0 0 0 0 0 0 0 20 0 1 0 987654 1000 200")]
    [InlineData("42 (a) b (c) S 1 42 42 0 -1 4194560 90 0 0 0 0 0 0 0 20 0 1 0 987654 1000 200")] // the name is the program's choice
    public void ParseStartTime_AnyName_IsField22(string stat) => Assert.Equal(987654, ProcessIdentity.ParseStartTime(stat));

    [Fact]
    public void StartTimeOf_ThisProcess_IsKnown() => Assert.NotNull(ProcessIdentity.StartTimeOf(Environment.ProcessId));

    [Fact]
    public void StartTimeOf_NoProcess_IsNull() => Assert.Null(ProcessIdentity.StartTimeOf(int.MaxValue));
}
