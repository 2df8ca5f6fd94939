namespace AgentSandbox.Guest;

/// <summary>
/// The modes of one binary. In a box it is PID 1 and serves the control stream, over a socket that it inherits or, as
/// <c>stdio</c>, over its standard input and output; as a command in a box <c>check</c> tells what commands there are; on the host
/// <c>launch</c> prepares the process that becomes an OCI runtime.
/// </summary>
internal static class Program
{
    private static int Main(string[] args) => args switch
    {
        ["launch", .. var rest] => Launch.Launcher.Run(rest),
        ["check"] => Checks.CheckMain.Run(withCalls: false),
        ["check", "calls"] => Checks.CheckMain.Run(withCalls: true),
        ["stdio"] => GuestMain.RunOnStdio(),
        _ => GuestMain.RunOnListener(),
    };
}
