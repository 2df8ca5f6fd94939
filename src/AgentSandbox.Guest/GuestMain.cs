namespace AgentSandbox.Guest;

internal static class GuestMain
{
    public static int Run() => 0;
}
