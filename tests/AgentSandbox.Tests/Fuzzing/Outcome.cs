using System.Runtime.InteropServices;
using AgentSandbox.Protocol;

namespace AgentSandbox.Tests.Fuzzing;

/// <summary>
/// Which way an input went, as far as can be told from outside: the poor man's coverage. The same in every process, or a run
/// could not be repeated.
/// </summary>
internal static class Outcome
{
    public static int Of(string text) => (int)Crc32C.Of(MemoryMarshal.AsBytes(text.AsSpan()));

    public static int Of(params ReadOnlySpan<int> parts) => (int)Crc32C.Of(MemoryMarshal.AsBytes(parts));

    /// <summary>The size of a number matters more than its value.</summary>
    public static int Scale(long value) => 64 - System.Numerics.BitOperations.LeadingZeroCount((ulong)value);
}
