namespace AgentSandbox.Tests.Fuzzing;

/// <summary>
/// One parser that is fed by a sandbox, or by a stranger: what valid inputs look like, and what must hold for all others.
/// </summary>
/// <param name="Name">For people and for the command line.</param>
/// <param name="Run">
/// Feeds the parser and checks everything that must hold; any exception is a defect. It keeps nothing between inputs, so an
/// input alone shows its defect again. Returns an <see cref="Outcome"/>: inputs with a new one are kept and varied further.
/// </param>
internal sealed record FuzzTarget(string Name, Func<byte[], int> Run)
{
    public required IReadOnlyList<byte[]> Seeds { get; init; }

    /// <summary>Parts that a blind change would hardly hit upon, such as a name or a magic number.</summary>
    public IReadOnlyList<byte[]> Tokens { get; init; } = [];

    /// <summary>Bytes of the longest input.</summary>
    public int MaxLength { get; init; } = 512;

    /// <summary>Bytes that any input may make the parser allocate, the exception that refuses it included.</summary>
    public int Allocation { get; init; } = 16 * 1024;

    /// <summary>Bytes that it may allocate for each byte of an input.</summary>
    public int AllocationPerByte { get; init; } = 128;

    public long AllocationFor(int length) => Allocation + ((long)AllocationPerByte * length);
}
