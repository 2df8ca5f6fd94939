using AgentSandbox.Guest.Commands;
using AgentSandbox.Guest.Loop;
using AgentSandbox.Guest.Native;
using AgentSandbox.Protocol;

namespace AgentSandbox.Guest;

/// <summary>
/// PID 1 of a box: serves the control stream until the box ends. It never ends by itself, and nothing that one connection
/// does may end it.
/// </summary>
internal static class GuestMain
{
    /// <summary>The listening unix socket that whoever starts the guest leaves to it.</summary>
    private const int ListenerFd = 3;

    public static int Run()
    {
        ProcessSetup.CloseDescriptorsOnExec();
        using var loop = new EventLoop();
        var commands = new CommandTable(loop);   // opens a file of /proc that the next line takes away
        ProcessSetup.Harden();
        if (!SetNonBlocking(ListenerFd)) return 1;

        var acceptor = new LinkAcceptor(loop, ListenerFd, new RequestRouter(new CommandRequests(commands)));
        while (true) Turn(loop, acceptor);
    }

    private static void Turn(EventLoop loop, LinkAcceptor acceptor)
    {
        try
        {
            loop.Turn(acceptor.Current?.IsBusy ?? false);
            acceptor.Current?.Pump();
        }
        catch (ProtocolException)
        {
            acceptor.Drop();
        }
        catch (Exception exception)
        {
            // A defect, or no memory. The end of PID 1 would be the end of the box; a lost connection is not.
            Report(exception);
            acceptor.Drop();
        }
    }

    private static unsafe void Report(Exception exception)
    {
        fixed (byte* text = System.Text.Encoding.UTF8.GetBytes(exception.GetType().Name + "\n"))
            _ = Libc.Write(2, text, exception.GetType().Name.Length + 1);
    }

    private static bool SetNonBlocking(int fd)
    {
        var flags = Libc.Fcntl(fd, Libc.FGetFl, 0);
        return flags >= 0 && Libc.Fcntl(fd, Libc.FSetFl, flags | (int)OpenFlags.NonBlocking) == 0;
    }
}
