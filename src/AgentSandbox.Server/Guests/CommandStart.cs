using System.Collections.ObjectModel;

namespace AgentSandbox.Server.Guests;

/// <summary>What to run.</summary>
internal sealed record CommandStart
{
    /// <summary>The program, looked up along the <c>PATH</c> in <see cref="Env"/>, and its arguments.</summary>
    public required IReadOnlyList<string> Args { get; init; }

    /// <summary>Null for the sandbox's home.</summary>
    public string? Cwd { get; init; }

    /// <summary>All of the environment: nothing is inherited.</summary>
    public IReadOnlyDictionary<string, string> Env { get; init; } = ReadOnlyDictionary<string, string>.Empty;

    /// <summary>Whether standard input stays open until it is closed; else the command reads an end of file.</summary>
    public bool OpenStdin { get; init; }

    /// <summary>When the command is asked to end. Null is never.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>Between asking and forcing.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(2);
}
