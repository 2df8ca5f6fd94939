using Microsoft.Extensions.Logging;

namespace AgentSandbox.Tests.Audit;

/// <summary>Keeps what is logged, and lets a test wait for it.</summary>
internal sealed class RecordedLogger<T> : ILogger<T>
{
    private readonly Lock _gate = new();
    private readonly List<(int Id, string Message)> _lines = [];                   // guarded by _gate
    private readonly Dictionary<int, TaskCompletionSource> _waiting = [];          // guarded by _gate

    public IReadOnlyList<(int Id, string Message)> Lines { get { lock (_gate) return [.. _lines]; } }

    public Task WaitForAsync(int id)
    {
        lock (_gate) return SourceLocked(id).Task.WaitAsync(TimeSpan.FromSeconds(30));
    }

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (_gate)
        {
            _lines.Add((eventId.Id, formatter(state, exception)));
            SourceLocked(eventId.Id).TrySetResult();
        }
    }

    private TaskCompletionSource SourceLocked(int id)
    {
        if (!_waiting.TryGetValue(id, out var source)) _waiting[id] = source = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return source;
    }
}
