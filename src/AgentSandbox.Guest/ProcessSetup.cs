using AgentSandbox.Guest.Native;

namespace AgentSandbox.Guest;

/// <summary>
/// What the guest does to itself first. It shares its user with the programs that it starts, so it closes the ways from
/// them to it: no ptrace, no <c>/proc/1/mem</c>, no inherited descriptor, no signal that could end it.
/// </summary>
internal static unsafe class ProcessSetup
{
    private const int SigKill = 9, SigPipe = 13, SigChild = 17, SigStop = 19, SigFileSize = 25, LastSignal = 64;
    private const nint Ignore = 1;
    private const uint Umask = 0x12;   // 022

    public static void CloseDescriptorsOnExec()
    {
        if (Libc.CloseRange(3, uint.MaxValue, Libc.CloseRangeCloexec) == 0) return;
        for (var fd = 3; fd < 1024; fd++) _ = Libc.Fcntl(fd, Libc.FSetFd, Libc.FdCloexec);
    }

    public static void Harden()
    {
        _ = Libc.Prctl(Libc.PrSetDumpable, 0, 0, 0, 0);
        _ = Libc.Umask(Umask);
        if (Libc.GetPid() == 1) IgnoreSignals();
        // Outside a box orphans would go to the real init.
        else _ = Libc.Prctl(Libc.PrSetChildSubreaper, 1, 0, 0, 0);
        _ = Libc.Signal(SigPipe, Ignore);
        _ = Libc.Signal(SigFileSize, Ignore);
    }

    /// <summary>
    /// The kernel shields PID 1 from every signal of its own box that has no handler; gVisor's does not, so they are ignored.
    /// .NET has installed handlers for faults, and treats a mere <c>kill -SEGV 1</c> as one; a real fault still ends the
    /// guest. SIGCHLD stays as it is: to ignore it is to lose how children ended.
    /// </summary>
    private static void IgnoreSignals()
    {
        // By the system call: the C library keeps two signals to itself, which anybody can send all the same.
        var ignore = stackalloc nint[] { Ignore, 0, 0, 0 };   // struct kernel_sigaction: handler, flags, restorer, mask
        for (var signal = 1; signal <= LastSignal; signal++)
        {
            if (signal is not (SigKill or SigStop or SigChild)) _ = Libc.RtSigAction(signal, ignore);
        }
    }
}
