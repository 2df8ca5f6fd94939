namespace AgentSandbox.Guest;

/// <summary>
/// Two modes of one binary. In a box it is PID 1 and serves the control stream; on the host <c>launch</c> prepares
/// the process that becomes an OCI runtime.
/// </summary>
internal static class Program
{
    private static int Main(string[] args) => args is ["launch", .. var rest] ? Launch.Launcher.Run(rest) : GuestMain.Run();
}
