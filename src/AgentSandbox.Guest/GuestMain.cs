using AgentSandbox.Guest.Commands;
using AgentSandbox.Guest.Links;
using AgentSandbox.Guest.Loop;
using AgentSandbox.Guest.Native;
using AgentSandbox.Guest.Stdio;
using AgentSandbox.Protocol;

namespace AgentSandbox.Guest;

/// <summary>
/// PID 1 of a box: serves the control stream until the box ends. It ends by itself only when nobody can reach it any more,
/// and nothing that one connection does may end it.
/// </summary>
internal static class GuestMain
{
    /// <summary>The listening unix socket that whoever starts the guest leaves to it.</summary>
    private const int ListenerFd = 3;

    public static int RunOnListener()
    {
        if (!PrepareListener()) return Refuse("descriptor 3 is not a listening socket");
        return Run((loop, requests) => new LinkAcceptor(loop, ListenerFd, requests));
    }

    public static int RunOnStdio()
    {
        if (!StdioPort.Prepare()) return Refuse("standard input and output are not pipes");
        return Run((loop, requests) => new StdioPort(loop, requests));
    }

    private static int Run(Func<EventLoop, IRequestHandler, ILinkPort> open)
    {
        ProcessSetup.CloseDescriptorsOnExec();
        using var loop = new EventLoop();
        var commands = new CommandTable(loop);   // opens a file of /proc that the next line takes away
        ProcessSetup.Harden();

        using var port = open(loop, new RequestRouter(new CommandRequests(commands)));
        while (!port.HasEnded) Turn(loop, port);
        return 0;
    }

    private static void Turn(EventLoop loop, ILinkPort port)
    {
        try
        {
            loop.Turn(port.IsBusy);
            port.Pump();
        }
        catch (ProtocolException)
        {
            port.Drop();
        }
        catch (Exception exception)
        {
            // A defect, or no memory. The end of PID 1 would be the end of the box; a lost connection is not.
            Report(exception.GetType().Name);
            port.Drop();
        }
    }

    private static int Refuse(string reason)
    {
        Report(reason);
        return 1;
    }

    private static unsafe void Report(string message)
    {
        var line = System.Text.Encoding.UTF8.GetBytes("sandboxd: " + message + "\n");
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
