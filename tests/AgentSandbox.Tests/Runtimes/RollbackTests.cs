using AgentSandbox.Server.Runtimes;

namespace AgentSandbox.Tests.Runtimes;

public sealed class RollbackTests
{
    private readonly List<string> _undone = [];

    [Fact]
    public async Task Dispose_NotCommitted_UndoesInReverseOrder()
    {
        await using (var undo = new Rollback())
        {
            undo.Add(() => _undone.Add("first"));
            undo.Add(() => _undone.Add("second"));
        }

        Assert.Equal(["second", "first"], _undone);
    }

    [Fact]
    public async Task Dispose_Committed_UndoesNothing()
    {
        await using (var undo = new Rollback())
        {
            undo.Add(() => _undone.Add("first"));
            undo.Commit();
        }

        Assert.Empty(_undone);
    }

    [Fact]
    public async Task Dispose_StepFails_TriesTheOthersAndTells()
    {
        var undo = new Rollback();
        undo.Add(() => _undone.Add("first"));
        undo.Add(() => throw new InvalidOperationException("stuck"));
        undo.Add(() => _undone.Add("third"));

        var failure = await Assert.ThrowsAsync<AggregateException>(async () => await undo.DisposeAsync());

        Assert.Equal(["third", "first"], _undone);
        Assert.Equal("stuck", Assert.Single(failure.InnerExceptions).Message);
    }

    [Fact]
    public async Task Dispose_Twice_UndoesOnce()
    {
        var undo = new Rollback();
        undo.Add(() => _undone.Add("first"));
        await undo.DisposeAsync();
        await undo.DisposeAsync();

        Assert.Equal(["first"], _undone);
    }
}
