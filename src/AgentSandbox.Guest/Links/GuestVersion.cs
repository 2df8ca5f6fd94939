namespace AgentSandbox.Guest.Links;

internal static class GuestVersion
{
    /// <summary>Set by the build; told to the server in the hello.</summary>
    public static string Text { get; } = typeof(GuestVersion).Assembly.GetName().Version?.ToString(3) ?? "0.0.0";
}
