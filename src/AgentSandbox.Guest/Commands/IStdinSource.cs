namespace AgentSandbox.Guest.Commands;

/// <summary>A stream that feeds a command's standard input.</summary>
internal interface IStdinSource
{
    /// <summary>Data of this cost no longer takes memory in the guest: delivered, or dropped since nobody reads any more.</summary>
    void OnTaken(int cost, bool delivered);
}
