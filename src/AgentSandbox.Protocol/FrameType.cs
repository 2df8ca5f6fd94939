namespace AgentSandbox.Protocol;

/// <summary>What a frame is. The server opens every stream; <c>S</c> and <c>G</c> say who may send the frame.</summary>
public enum FrameType : byte
{
    /// <summary>S, G: the first frame in each direction, on stream 0.</summary>
    Hello = 1,

    /// <summary>S: asks for a <see cref="Pong"/> with the same payload, on stream 0.</summary>
    Ping = 2,

    /// <summary>G: the answer to a <see cref="Ping"/>.</summary>
    Pong = 3,

    /// <summary>S: opens a stream. The first byte of the request is its <see cref="GuestMethod"/>.</summary>
    Request = 4,

    /// <summary>G: the request is under way; data follows. At most once on a stream.</summary>
    Reply = 5,

    /// <summary>S, G: content, paid for with credit.</summary>
    Data = 6,

    /// <summary>S, G: grants the peer more credit on this stream.</summary>
    Credit = 7,

    /// <summary>G: the request succeeded and the stream is closed. The payload is its result.</summary>
    End = 8,

    /// <summary>G: the request failed and the stream is closed.</summary>
    Error = 9,

    /// <summary>S: forgets the stream. A file that was being written is discarded; a command goes on.</summary>
    Cancel = 10,
}
