namespace AgentSandbox.Tests.Fuzzing;

/// <summary>
/// Runs asynchronous code on the calling thread, in the order in which it becomes ready: repeatable, its allocations are
/// counted, and code that waits for what nobody will bring is found without a clock.
/// </summary>
internal sealed class OneThread : SynchronizationContext
{
    private readonly Queue<(SendOrPostCallback Callback, object? State)> _ready = [];

    public override void Post(SendOrPostCallback d, object? state)
    {
        lock (_ready) _ready.Enqueue((d, state));
    }

    public override void Send(SendOrPostCallback d, object? state) => d(state);

    /// <summary>Runs what is ready until nothing is.</summary>
    public void Drain()
    {
        while (TryTake(out var next)) next.Callback(next.State);
    }

    /// <summary>Runs code that ends without anybody else.</summary>
    public static T Run<T>(Func<OneThread, Task<T>> code)
    {
        var before = Current;
        var context = new OneThread();
        SetSynchronizationContext(context);
        try
        {
            var task = code(context);
            context.Drain();
            Assert.True(task.IsCompleted, "It waits for ever.");
            return task.GetAwaiter().GetResult();
        }
        finally
        {
            SetSynchronizationContext(before);
        }
    }

    private bool TryTake(out (SendOrPostCallback Callback, object? State) next)
    {
        lock (_ready) return _ready.TryDequeue(out next);
    }
}
