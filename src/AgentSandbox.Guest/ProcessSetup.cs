using AgentSandbox.Guest.Native;

namespace AgentSandbox.Guest;

/// <summary>
/// What the guest does to itself first. It shares its user with the programs that it starts, so it closes the ways from
/// them to it: no ptrace, no <c>/proc/1/mem</c>, no inherited descriptor, no signal that could end it.
/// </summary>
internal static unsafe class ProcessSetup
{
    private const int SigPipe = 13, SigKill = 9, SigStop = 19, SigFileSize = 25, LastSignal = 64;
    private const nint Default = 0, Ignore = 1;
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
        if (Libc.GetPid() == 1) ResetSignals();
        // Outside a box orphans would go to the real init.
        else _ = Libc.Prctl(Libc.PrSetChildSubreaper, 1, 0, 0, 0);
        _ = Libc.Signal(SigPipe, Ignore);
        _ = Libc.Signal(SigFileSize, Ignore);
    }

    /// <summary>
    /// The kernel shields PID 1 from every signal of its own box that has no handler. The runtime has installed some, for
    /// faults, and treats a mere <c>kill -SEGV 1</c> as one. Without them a real fault still ends the guest.
    /// </summary>
    private static void ResetSignals()
    {
        for (var signal = 1; signal <= LastSignal; signal++)
        {
            if (signal is not (SigKill or SigStop)) _ = Libc.Signal(signal, Default);
        }
    }
}
