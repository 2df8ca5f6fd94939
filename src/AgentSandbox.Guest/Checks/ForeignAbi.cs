using AgentSandbox.Guest.Native;

namespace AgentSandbox.Guest.Checks;

/// <summary>
/// Makes a system call by another way into the kernel than ours. Whatever answers such a call differently from our own must
/// not be there: another filter would apply to it, or none. The call is made by a few bytes of machine code in a child of
/// their own, because the kernel is to kill who makes it.
/// </summary>
internal static unsafe class ForeignAbi
{
    private const int ProtReadWriteExecute = 7, MapPrivateAnonymous = 0x22, PageSize = 4096;
    private const int SignalMask = 0x7F;

    private static ReadOnlySpan<byte> Interrupt80 => [0xB8, 0x14, 0, 0, 0, 0xCD, 0x80];        // mov eax, 20 (getpid); int 0x80
    private static ReadOnlySpan<byte> X32Call => [0xB8, 0x27, 0, 0, 0x40, 0x0F, 0x05];         // mov eax, 0x40000000 | 39 (getpid); syscall

    /// <summary>Each way with the signal that ended who took it, 0 when none did, and -1 when it could not be tried.</summary>
    public static (string Name, int Signal)[] Try() => [("i386", SignalOf(Interrupt80)), ("x32", SignalOf(X32Call))];

    private static int SignalOf(ReadOnlySpan<byte> call)
    {
        ReadOnlySpan<byte> code =
        [
            0xB8, 0x39, 0, 0, 0, 0x0F, 0x05,                        // mov eax, 57 (fork); syscall
            0x85, 0xC0, 0x75, (byte)(call.Length + ExitCall.Length),// test eax, eax; jnz to the last byte
            .. call,
            .. ExitCall,
            0xC3,                                                   // ret
        ];
        var memory = Libc.Mmap(0, PageSize, ProtReadWriteExecute, MapPrivateAnonymous, -1, 0);
        if (memory == Libc.MapFailed) return -1;

        code.CopyTo(new Span<byte>((void*)memory, PageSize));
        // SAFETY: the page holds a whole function without arguments, which keeps every register that a caller relies on.
        var child = ((delegate* unmanaged<int>)memory)();
        int status;
        var ended = child > 0 && Libc.Wait4(child, &status, 0, null) == child ? status & SignalMask : -1;
        _ = Libc.Munmap(memory, PageSize);
        return ended;
    }

    private static ReadOnlySpan<byte> ExitCall => [0x31, 0xFF, 0xB8, 0x3C, 0, 0, 0, 0x0F, 0x05];   // xor edi, edi; mov eax, 60 (exit); syscall
}
