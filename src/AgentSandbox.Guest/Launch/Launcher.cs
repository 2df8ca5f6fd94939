namespace AgentSandbox.Guest.Launch;

internal static class Launcher
{
    public static int Run(string[] args) => args.Length;
}
