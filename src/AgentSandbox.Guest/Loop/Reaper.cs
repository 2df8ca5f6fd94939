using AgentSandbox.Guest.Native;

namespace AgentSandbox.Guest.Loop;

/// <summary>
/// Tells the loop when a child has died, orphans that the kernel gave to PID 1 included. A thread sleeps in <c>waitid</c>
/// without reaping; only the loop reaps, so a pid that the loop knows is never another process yet.
/// A signal handler cannot do this: managed code must not run in one, and the runtime's own threads, started before
/// <c>Main</c>, would take the signal from a <c>signalfd</c>.
/// </summary>
internal sealed unsafe class Reaper : IPolled
{
    private const int All = 0, NoHang = 1, Exited = 4, NoWait = 0x01000000;
    private const int InformationSize = 128, PidOffset = 16, UsageSize = 144, MaxRssOffset = 32, StackSize = 64 * 1024;

    private readonly int _toThread = Libc.EventFd(0, OpenFlags.CloseOnExec);
    private readonly int _toLoop = Libc.EventFd(0, OpenFlags.CloseOnExec | OpenFlags.NonBlocking);
    private readonly IChildren _children;
    private bool _watching;

    public Reaper(EventLoop loop, IChildren children)
    {
        _children = children;
        if (_toThread < 0 || _toLoop < 0) throw new InvalidOperationException("eventfd");
        loop.Register(_toLoop, Readiness.Readable, this);
        new Thread(Watch, StackSize) { IsBackground = true }.Start();
    }

    /// <summary>A child exists: the thread watches again.</summary>
    public void Wake()
    {
        if (_watching) return;
        _watching = true;
        Poke(_toThread);
    }

    public void OnReady(Readiness ready)
    {
        ulong count;
        _ = Libc.Read(_toLoop, &count, sizeof(ulong));
        _watching = false;
        var left = true;
        try
        {
            left = ReapAll();
        }
        finally
        {
            if (left) Wake();   // also after a defect, or no child would ever be reaped again
        }
    }

    /// <summary>Returns whether children are left.</summary>
    private bool ReapAll()
    {
        var information = stackalloc byte[InformationSize];
        var usage = stackalloc byte[UsageSize];
        var pid = (int*)(information + PidOffset);
        while (true)
        {
            *pid = 0;
            if (Libc.WaitId(All, 0, information, Exited | NoWait | NoHang) < 0) return Errno.Last == Errno.Interrupted;
            if (*pid == 0) return true;

            _children.OnExiting(*pid);
            int status;
            if (Libc.Wait4(*pid, &status, NoHang, usage) == *pid) _children.OnExited(*pid, ReadUsage(status, (long*)usage));
        }
    }

    private static ChildExit ReadUsage(int status, long* usage)
    {
        var cpu = ((usage[0] + usage[2]) * 1_000_000) + usage[1] + usage[3];
        var peak = usage[MaxRssOffset / sizeof(long)] * 1024;
        return new ChildExit(status, cpu, peak);
    }

    /// <summary>One report for each poke: the loop has always looked before this thread looks again.</summary>
    private void Watch()
    {
        var information = stackalloc byte[InformationSize];
        ulong count;
        while (true)
        {
            if (Libc.Read(_toThread, &count, sizeof(ulong)) < 0) continue;
            while (Libc.WaitId(All, 0, information, Exited | NoWait) < 0 && Errno.Last == Errno.Interrupted) { }
            Poke(_toLoop);
        }
    }

    private static void Poke(int eventFd)
    {
        ulong one = 1;
        _ = Libc.Write(eventFd, &one, sizeof(ulong));
    }
}
