using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace AgentSandbox.Server.Runtimes.Native;

/// <summary>
/// Tells when processes end: one thread waits for all of them, and nothing polls. Thread-safe. Waits that are pending
/// when it is disposed are cancelled.
/// </summary>
internal sealed class ProcessWatcher : IDisposable
{
    private const ulong WakeKey = 0;
    private const int Interrupted = 4; // EINTR
    private const int NoSuchProcess = 3; // ESRCH

    private readonly SafeFileHandle _epoll = Libc.Own(Libc.EpollCreate(Libc.Cloexec), "epoll_create1");
    private readonly SafeFileHandle _wake = Libc.Own(Libc.EventFd(0, Libc.Cloexec), "eventfd");
    private readonly ConcurrentDictionary<ulong, TaskCompletionSource> _waits = new();
    private readonly Thread _thread;
    private ulong _lastKey = WakeKey;
    private int _disposed;

    public ProcessWatcher()
    {
        Add(_wake, WakeKey);
        _thread = new Thread(Run) { IsBackground = true, Name = "process watcher" };
        _thread.Start();
    }

    /// <summary>Null when there is no such process.</summary>
    public WatchedProcess? TryWatch(int pid)
    {
        ObjectDisposedException.ThrowIf(_disposed != 0, this);

        var descriptor = Libc.PidFdOpen(pid);
        if (descriptor < 0 && Marshal.GetLastPInvokeError() == NoSuchProcess) return null;

        var handle = Libc.Own(descriptor, $"pidfd_open {pid}");
        var key = Interlocked.Increment(ref _lastKey);
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _waits[key] = ended;
        var process = new WatchedProcess(pid, handle, ended.Task, () => Forget(key));
        try
        {
            Add(handle, key);
            return process;
        }
        catch
        {
            process.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0) return;

        _ = Libc.Write(_wake, BitConverter.GetBytes(1UL), sizeof(ulong));
        _thread.Join();
        foreach (var key in _waits.Keys) Forget(key);
        _wake.Dispose();
        _epoll.Dispose();
    }

    private void Add(SafeFileHandle target, ulong key)
    {
        // One shot: a pidfd stays readable for ever once its process has ended.
        var interest = new Libc.EpollEvent { Events = Libc.EpollIn | Libc.EpollOneShot, Data = key };
        if (Libc.EpollControl(_epoll, Libc.EpollAdd, target, ref interest) < 0) throw Libc.Error("epoll_ctl");
    }

    private void Forget(ulong key)
    {
        if (_waits.TryRemove(key, out var ended)) ended.TrySetCanceled();
    }

    private void Run()
    {
        Span<Libc.EpollEvent> events = stackalloc Libc.EpollEvent[64];
        while (true)
        {
            var count = Libc.EpollWait(_epoll, events, events.Length, timeoutMs: -1);
            if (count < 0 && Marshal.GetLastPInvokeError() != Interrupted) throw Libc.Error("epoll_wait");

            for (var i = 0; i < count; i++)
            {
                if (events[i].Data == WakeKey) return;
                if (_waits.TryRemove(events[i].Data, out var ended)) ended.TrySetResult();
            }
        }
    }
}
