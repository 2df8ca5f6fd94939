using System.Runtime.InteropServices;

namespace AgentSandbox.Guest.Commands;

/// <summary>How far a reader is: the record that it is in, and the bytes of it that it has.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct OutputCursor(long Record, int Offset);
