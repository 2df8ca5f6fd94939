namespace AgentSandbox.Guest;

/// <summary>
/// Where the server comes in. There is one server: its newer connection replaces the older one, which it may have lost by
/// dying.
/// </summary>
internal interface ILinkPort : IDisposable
{
    /// <summary>Whether there is something to do that no event will announce.</summary>
    bool IsBusy { get; }

    /// <summary>Nobody can come in any more.</summary>
    bool HasEnded { get; }

    /// <summary>One turn of work, after the loop's events.</summary>
    void Pump();

    /// <summary>Ends the link; the next one may come.</summary>
    void Drop();
}
