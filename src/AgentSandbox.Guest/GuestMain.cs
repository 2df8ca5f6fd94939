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
        if (!PrepareListener())
        {
            Report("sandboxd: descriptor 3 is not a listening socket");
            return 1;
        }
        ProcessSetup.CloseDescriptorsOnExec();
        using var loop = new EventLoop();
        var commands = new CommandTable(loop);   // opens a file of /proc that the next line takes away
        ProcessSetup.Harden();

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
            Report("sandboxd: " + exception.GetType().Name);
            acceptor.Drop();
        }
    }

    private static unsafe void Report(string message)
    {
        var line = System.Text.Encoding.UTF8.GetBytes(message + "\n");
        fixed (byte* text = line) _ = Libc.Write(2, text, line.Length);
    }

    /// <summary>Before anything else opens a descriptor, which could become number 3.</summary>
    private static unsafe bool PrepareListener()
    {
        int listens;
        var size = sizeof(int);
        if (Libc.GetSockOpt(ListenerFd, Libc.SolSocket, Libc.SoAcceptConn, &listens, &size) < 0 || listens == 0) return false;

        var flags = Libc.Fcntl(ListenerFd, Libc.FGetFl, 0);
        return flags >= 0 && Libc.Fcntl(ListenerFd, Libc.FSetFl, flags | (int)OpenFlags.NonBlocking) == 0;
    }
}
