namespace AgentSandbox.Guest.Links;

/// <summary>
/// The bytes below one link. It never waits: it knows from the loop when there is something to read or room to write, and
/// until then answers 0. A negative answer means that the channel is of no more use to this link.
/// </summary>
internal unsafe interface ILinkChannel
{
    int Read(byte* target, int capacity);

    /// <summary>Takes as much as there is room for.</summary>
    int Write(byte* source, int length);

    /// <summary>Has the loop wake the link for what it waits for: room after a short write, and input if it takes any.</summary>
    void Await(bool input);

    /// <summary>Gives memory back that only a large transfer needs.</summary>
    void Trim();

    /// <summary>The link is over. Called once.</summary>
    void Close();
}
