using System.Text;
using AgentSandbox.Server.Guests;

namespace AgentSandbox.BoxTests.Runtimes;

/// <summary>All that came of a command.</summary>
internal sealed record FinishedCommand(CommandExit Exit, byte[] Stdout, byte[] Stderr)
{
    public string StdoutText => Encoding.UTF8.GetString(Stdout);

    public string StderrText => Encoding.UTF8.GetString(Stderr);

    /// <summary>A minute is more than any of them takes, on a machine that is busy with other tests.</summary>
    public static async Task<FinishedCommand> ReadAsync(GuestCommand command)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        using MemoryStream stdout = new(), stderr = new();
        await foreach (var item in command.ReadAsync(patience.Token))
        {
            switch (item)
            {
                case CommandEvent.Output output:
                    (output.Stream is CommandStream.Stdout ? stdout : stderr).Write(output.Data.Span);
                    break;
                case CommandEvent.Exited exited:
                    return new FinishedCommand(exited.Exit, stdout.ToArray(), stderr.ToArray());
            }
        }

        throw new InvalidOperationException("The last event is always how it ended.");
    }
}
