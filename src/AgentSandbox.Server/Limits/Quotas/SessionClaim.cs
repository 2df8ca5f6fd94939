namespace AgentSandbox.Server.Limits.Quotas;

/// <summary>
/// What one session holds of its owner's quotas. Made before its box; kept by the session, which releases it at its end. One
/// that is disposed unkept has never been. Safe to repeat and to call from anywhere.
/// </summary>
internal sealed class SessionClaim(QuotaLedger ledger, string owner, long diskBytes) : IDisposable
{
    private const int Open = 0, Kept = 1, Ended = 2;

    private int _state;

    /// <inheritdoc cref="QuotaLedger.EnsureMayRun"/>
    public void EnsureMayRun() => ledger.EnsureMayRun(owner);

    public void Charge(double cpuSeconds, double memoryGiBHours) => ledger.Charge(owner, cpuSeconds, memoryGiBHours);

    public SessionClaim Keep()
    {
        Interlocked.CompareExchange(ref _state, Kept, Open);
        return this;
    }

    /// <summary>The session has ended.</summary>
    public void Release()
    {
        if (Interlocked.CompareExchange(ref _state, Ended, Kept) == Kept) ledger.Release(owner, diskBytes, undo: false);
    }

    public void Dispose()
    {
        if (Interlocked.CompareExchange(ref _state, Ended, Open) == Open) ledger.Release(owner, diskBytes, undo: true);
    }
}
