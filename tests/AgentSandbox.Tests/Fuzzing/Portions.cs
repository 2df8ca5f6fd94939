using AgentSandbox.Protocol;

namespace AgentSandbox.Tests.Fuzzing;

/// <summary>Cuts an input as a network may: at random places, but always the same ones for the same input.</summary>
internal sealed class Portions(ReadOnlySpan<byte> input)
{
    private readonly Random _random = new((int)Crc32C.Of(input));

    /// <summary>The size of the next portion: mostly a few bytes, sometimes many.</summary>
    public int Next() => _random.Next(4) == 0 ? _random.Next(1, 4_096) : _random.Next(1, 12);
}
