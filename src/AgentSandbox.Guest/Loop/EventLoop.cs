using System.Diagnostics;
using AgentSandbox.Guest.Native;

namespace AgentSandbox.Guest.Loop;

/// <summary>
/// The one thread that does everything: it waits for descriptors and timers and calls their handlers, so nothing in the
/// guest needs a lock. A handler never blocks and works in slices.
/// </summary>
internal sealed unsafe class EventLoop : IDisposable
{
    private const int Add = 1, Delete = 2, Modify = 3, MaxEvents = 32;

    private readonly int _epoll;
    private readonly Dictionary<ulong, PolledFd> _polled = [];
    private readonly List<LoopTimer> _timers = [];
    private ulong _lastToken;

    public EventLoop()
    {
        _epoll = Libc.EpollCreate1(OpenFlags.CloseOnExec);
        if (_epoll < 0) throw new InvalidOperationException("epoll");
    }

    public static long NowMs => (long)Stopwatch.GetElapsedTime(0).TotalMilliseconds;

    /// <summary>Takes the descriptor over. Tokens, not descriptors, name it in events: a closed number is soon used again.</summary>
    public PolledFd Register(int fd, Readiness interest, IPolled handler)
    {
        var polled = new PolledFd(this, fd, ++_lastToken, handler);
        _polled.Add(polled.Token, polled);
        polled.Interest = interest;
        return polled;
    }

    public LoopTimer Schedule(long delayMs, Action action)
    {
        var timer = new LoopTimer(this, NowMs + delayMs, action);
        _timers.Add(timer);
        return timer;
    }

    public void Cancel(LoopTimer timer) => _timers.Remove(timer);

    public void Forget(PolledFd polled) => _polled.Remove(polled.Token);

    /// <summary>
    /// Waits once and serves what is due. Does not wait when <paramref name="busy"/> says that sliced work goes on.
    /// </summary>
    public void Turn(bool busy)
    {
        var events = stackalloc EpollEvent[MaxEvents];
        var count = Libc.EpollWait(_epoll, events, MaxEvents, busy ? 0 : NextTimeout());
        for (var i = 0; i < count; i++)
        {
            if (_polled.TryGetValue(events[i].Token, out var polled)) polled.Handler.OnReady(events[i].Events);
        }
        FireTimers();
    }

    /// <summary>
    /// No interest means that the descriptor leaves the set: the kernel reports hang-ups even to those who asked for nothing.
    /// </summary>
    public void SetInterest(PolledFd polled, Readiness before, Readiness now)
    {
        var change = new EpollEvent { Events = now, Token = polled.Token };
        var operation = now == Readiness.None ? Delete : before == Readiness.None ? Add : Modify;
        if (Libc.EpollCtl(_epoll, operation, polled.Fd, &change) < 0) throw new InvalidOperationException("epoll_ctl");
    }

    public void Dispose() => Libc.Close(_epoll);

    private int NextTimeout()
    {
        if (_timers.Count == 0) return -1;

        var due = long.MaxValue;
        foreach (var timer in _timers) due = Math.Min(due, timer.DueMs);
        return (int)Math.Clamp(due - NowMs, 0, int.MaxValue);
    }

    private void FireTimers()
    {
        if (_timers.Count == 0) return;

        var now = NowMs;
        // Backwards, for a timer may remove itself and others or add new ones behind it.
        for (var i = _timers.Count - 1; i >= 0; i--)
        {
            if (i >= _timers.Count || _timers[i].DueMs > now) continue;
            var timer = _timers[i];
            _timers.RemoveAt(i);
            timer.Fire();
        }
    }
}
