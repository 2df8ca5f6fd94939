namespace AgentSandbox.Server.Runtimes;

/// <summary>
/// Undoes half-made things in reverse order unless committed. Every step is tried, also when an earlier one failed; the
/// failures come out together. Not thread-safe: it belongs to one method.
/// </summary>
internal sealed class Rollback : IAsyncDisposable
{
    private readonly Stack<Func<ValueTask>> _steps = new();

    public void Add(Action undo) => _steps.Push(() =>
    {
        undo();
        return ValueTask.CompletedTask;
    });

    public void Add(Func<ValueTask> undo) => _steps.Push(undo);

    /// <summary>Everything is complete: nothing will be undone.</summary>
    public void Commit() => _steps.Clear();

    public async ValueTask DisposeAsync()
    {
        List<Exception>? failures = null;
        while (_steps.TryPop(out var undo))
        {
            try
            {
                await undo().ConfigureAwait(false);
            }
#pragma warning disable CA1031 // one step that fails must not keep the others from being undone
            catch (Exception e)
#pragma warning restore CA1031
            {
                (failures ??= []).Add(e);
            }
        }

        if (failures is not null) throw new AggregateException("Some steps could not be undone.", failures);
    }
}
