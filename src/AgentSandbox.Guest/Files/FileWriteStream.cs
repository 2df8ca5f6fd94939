using AgentSandbox.Guest.Links;
using AgentSandbox.Guest.Native;
using AgentSandbox.Protocol;

namespace AgentSandbox.Guest.Files;

/// <summary>Takes the content of a file. What has not been committed is discarded with the stream.</summary>
internal sealed unsafe class FileWriteStream(Link link, uint id, FileWriter writer) : GuestStream(link, id)
{
    protected override void OnData(ReadOnlySpan<byte> data, FrameFlags flags)
    {
        if (writer.Write(data) is { } failed)
        {
            Fail(failed);
            return;
        }
        if (!flags.HasFlag(FrameFlags.Last))
        {
            ReturnCredit(FrameHeader.Size + data.Length);
            return;
        }

        Span<byte> result = stackalloc byte[FileDescriber.MaxSize];
        var message = new WireWriter(result);
        if (writer.Commit(ref message) is { } fault) Fail(fault);
        else Finish(message.AsSpan());
    }

    protected override void OnClosed() => writer.Dispose();
}
