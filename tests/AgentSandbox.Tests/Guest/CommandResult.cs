using System.Text;
using AgentSandbox.Server.Guests;

namespace AgentSandbox.Tests.Guest;

/// <summary>All that a command said and how it ended.</summary>
internal sealed record CommandResult(int Pid, byte[] Stdout, byte[] Stderr, CommandExit Exit, bool Gap)
{
    public string Text => Encoding.UTF8.GetString(Stdout);

    public string ErrorText => Encoding.UTF8.GetString(Stderr);
}

internal static class GuestConnectionTestExtensions
{
    private static readonly Dictionary<string, string> Env = new() { ["PATH"] = "/usr/local/bin:/usr/bin:/bin" };

    public static CommandStart Command(params string[] args) => new() { Args = args, Env = Env };

    public static CommandStart Shell(string script) => Command("/bin/bash", "-c", script);

    public static async Task<CommandResult> RunAsync(this GuestConnection guest, CommandStart start)
    {
        await using var command = await guest.StartAsync(start, TestContext.Current.CancellationToken);
        return await command.CollectAsync();
    }

    public static Task<CommandResult> RunShellAsync(this GuestConnection guest, string script) => guest.RunAsync(Shell(script));

    public static async Task<CommandResult> CollectAsync(this GuestCommand command)
    {
        using var stdout = new MemoryStream();
        using var stderr = new MemoryStream();
        await foreach (var happened in command.ReadAsync(TestContext.Current.CancellationToken))
        {
            switch (happened)
            {
                case CommandEvent.Output output:
                    (output.Stream == CommandStream.Stdout ? stdout : stderr).Write(output.Data.Span);
                    break;
                case CommandEvent.Exited exited:
                    return new CommandResult(command.Pid, stdout.ToArray(), stderr.ToArray(), exited.Exit, command.ReplayTruncated);
                default:
                    throw new InvalidOperationException("An unknown event.");
            }
        }
        throw new InvalidOperationException("The events ended without an exit.");
    }
}
