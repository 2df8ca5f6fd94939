using System.Buffers.Text;
using AgentSandbox.Guest.Native;

namespace AgentSandbox.Guest.Commands;

/// <summary>
/// Makes commands the kernel's choice when the box is out of memory, not the guest, whose death would end the box. A child
/// inherits the score, so the guest raises its own around a spawn and takes it back, which is allowed down to the value that
/// it was started with. The file is opened before the guest becomes undumpable, when it still belongs to its user; without
/// it everything works but this preference.
/// </summary>
internal sealed unsafe class OomPreference
{
    private const int Raised = 500;

    private readonly int _file;
    private readonly byte[] _own;
    private readonly byte[] _raised;

    public OomPreference()
    {
        _own = _raised = "0"u8.ToArray();
        fixed (byte* path = "/proc/self/oom_score_adj\0"u8) _file = Libc.Open(path, OpenFlags.WriteOnly | OpenFlags.CloseOnExec, 0);
        if (_file < 0) return;

        var own = ReadOwn();
        _own = Format(own);
        _raised = Format(Math.Max(own, Raised));
    }

    public void Raise() => Write(_raised);

    public void Restore() => Write(_own);

    private static int ReadOwn()
    {
        fixed (byte* path = "/proc/self/oom_score_adj\0"u8)
        {
            var file = Libc.Open(path, OpenFlags.ReadOnly | OpenFlags.CloseOnExec, 0);
            if (file < 0) return 0;

            var text = stackalloc byte[16];
            var length = Libc.Read(file, text, 16);
            _ = Libc.Close(file);
            return length > 0 && Utf8Parser.TryParse(new ReadOnlySpan<byte>(text, (int)length), out int value, out _) ? value : 0;
        }
    }

    private static byte[] Format(int value)
    {
        Span<byte> text = stackalloc byte[16];
        Utf8Formatter.TryFormat(value, text, out var length);
        return text[..length].ToArray();
    }

    private void Write(byte[] value)
    {
        if (_file < 0) return;
        fixed (byte* text = value) _ = Libc.Write(_file, text, value.Length);
    }
}
