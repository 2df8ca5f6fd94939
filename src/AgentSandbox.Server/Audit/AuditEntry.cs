namespace AgentSandbox.Server.Audit;

/// <summary>
/// One line of the audit log; fields that do not apply are left out there. Their order is the order in the line, which the
/// chain's hashes depend on. Holds no environment, no input, no output and no key: what they may hold is secret.
/// </summary>
internal sealed record AuditEntry
{
    private const int MaxText = 4_096;

    public long Seq { get; init; }

    /// <summary>The hash of the line before; zeros in the very first.</summary>
    public string? Previous { get; init; }

    public DateTimeOffset Time { get; init; }

    /// <summary>The operation's name in the OpenAPI document, or one of <see cref="AuditActions"/>.</summary>
    public required string Action { get; init; }

    /// <summary>Null for what the server did by itself.</summary>
    public AuditActor? Who { get; init; }

    public string? Address { get; init; }

    public string? RequestId { get; init; }

    /// <summary>The answer's. Null where the entry was written before it: a command that has started.</summary>
    public int? Status { get; init; }

    public string? SessionId { get; init; }

    /// <summary>Told once, where the session begins and where it ends.</summary>
    public string? SessionOwner { get; init; }

    /// <summary>A line for the shell.</summary>
    public string? Command { get; init; }

    /// <summary>A command that was given as words.</summary>
    public IReadOnlyList<string>? Args { get; init; }

    public string? Agent { get; init; }

    /// <summary>As the caller gave it.</summary>
    public string? Path { get; init; }

    /// <summary>The target of a move.</summary>
    public string? To { get; init; }

    /// <summary>A text was longer than what is kept of it.</summary>
    public bool? Truncated { get; init; }

    public int? Pid { get; init; }

    /// <summary>Went into the box: a file's content, or standard input.</summary>
    public long? BytesIn { get; init; }

    /// <summary>Came out of the box: a file's content, or output.</summary>
    public long? BytesOut { get; init; }

    public int? ExitCode { get; init; }

    public string? Signal { get; init; }

    public bool? TimedOut { get; init; }

    public bool? OomKilled { get; init; }

    public long? DurationMs { get; init; }

    /// <summary>The kind of a <see cref="AuditActions.SecurityEvent"/>.</summary>
    public SecurityEvent? Event { get; init; }

    public string? Detail { get; init; }

    /// <summary>How many entries this one stands for: those that were left out, or lost.</summary>
    public long? Count { get; init; }

    /// <summary>All entries up to this one have been rotated away.</summary>
    public long? RemovedThrough { get; init; }

    /// <summary>What a crash has left before this line, and its SHA-256.</summary>
    public int? TornBytes { get; init; }

    public string? TornHash { get; init; }

    /// <summary>SHA-256 of the line without this field.</summary>
    public string? Hash { get; init; }

    /// <summary>Callers choose the lengths of what they ask for; entries that wait shall not hold all of it.</summary>
    public AuditEntry Bounded()
    {
        if (IsShort(Command) && IsShort(Agent) && IsShort(Path) && IsShort(To) && IsShort(Signal) && IsShort(Detail) && AreShort(Args)) return this;

        return this with
        {
            Command = Cut(Command),
            Args = Cut(Args),
            Agent = Cut(Agent),
            Path = Cut(Path),
            To = Cut(To),
            Signal = Cut(Signal),
            Detail = Cut(Detail),
            Truncated = true,
        };
    }

    private static bool IsShort(string? text) => text is null || text.Length <= MaxText;

    /// <summary>What is refused is written too, so that a word may be no word at all.</summary>
    private static bool AreShort(IReadOnlyList<string>? words) => words is null || words.Sum(word => (word?.Length ?? 0L) + 1) <= MaxText;

    private static string? Cut(string? text) => IsShort(text) ? text : text![..MaxText];

    private static List<string>? Cut(IReadOnlyList<string>? words)
    {
        if (words is null) return null;
        var kept = new List<string>();
        var room = MaxText;
        foreach (var given in words)
        {
            if (room <= 0) break;
            var word = given ?? "";
            kept.Add(word.Length <= room ? word : word[..room]);
            room -= word.Length + 1;
        }

        return kept;
    }
}
