using System.Diagnostics;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using AgentSandbox.Server.Guests;

namespace AgentSandbox.Tests.Guest;

/// <summary>
/// A real guest outside of any box: the published binary, started as a runtime starts it, with a listening unix socket as
/// descriptor 3 and an own directory as home. Killed with all that it started when it is disposed.
/// </summary>
internal sealed partial class GuestProcess : IAsyncDisposable
{
    private const int ForceKill = 9;

    private readonly string _directory = Directory.CreateTempSubdirectory("guest-test-").FullName;
    private readonly UnixDomainSocketEndPoint _endPoint;

    /// <summary>Kept, for closing it would remove its file.</summary>
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

    /// <param name="wrapper">A program and arguments that start the guest in their place, such as <c>unshare</c>.</param>
    public GuestProcess(params string[] wrapper)
    {
        Home = Path.Combine(_directory, "home");
        Directory.CreateDirectory(Home);
        _endPoint = new UnixDomainSocketEndPoint(Path.Combine(_directory, "control.sock"));
        _listener.Bind(_endPoint);
        _listener.Listen(8);
        var binary = wrapper.Length == 0 ? GuestBinary.Path : ShareWithOtherUsers();
        Pid = Spawn((int)_listener.SafeHandle.DangerousGetHandle(), [.. wrapper, binary]);
    }

    public int Pid { get; }

    public string Home { get; }

    public async Task<Stream> ConnectStreamAsync()
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(_endPoint);
        return new NetworkStream(socket, ownsSocket: true);
    }

    public async Task<GuestConnection> ConnectAsync() =>
        await GuestConnection.OpenAsync(await ConnectStreamAsync(), TimeProvider.System, CancellationToken.None);

    /// <summary>Of the guest and of everything below it, the guest first.</summary>
    public IReadOnlyList<int> Family()
    {
        var family = new List<int> { Pid };
        for (var i = 0; i < family.Count; i++)
        {
            family.AddRange(Directory.GetDirectories($"/proc/{family[i]}/task")
                .SelectMany(task => File.ReadAllText(task + "/children").Split(' ', StringSplitOptions.RemoveEmptyEntries))
                .Select(int.Parse));
        }
        return family;
    }

    public ValueTask DisposeAsync()
    {
        foreach (var pid in Family().Reverse()) _ = Kill(pid, ForceKill);
        Reap(Pid);
        _listener.Dispose();
        Directory.Delete(_directory, recursive: true);
        return ValueTask.CompletedTask;
    }

    /// <summary>
    /// A wrapper may change the user, who may not reach the binary. Copied by another process: a test that forks while this
    /// one has the file open for writing would make it "busy".
    /// </summary>
    private string ShareWithOtherUsers()
    {
        var binary = Path.Combine(_directory, "sandboxd");
        using (var copy = Process.Start(new ProcessStartInfo("cp", [GuestBinary.Path, binary]) { UseShellExecute = false })!) copy.WaitForExit();

        const UnixFileMode everything = (UnixFileMode)0x1FF;
        foreach (var path in new[] { _directory, Home, binary }) File.SetUnixFileMode(path, everything);
        return binary;
    }

    private static unsafe void Reap(int pid)
    {
        int status;
        _ = WaitPid(pid, &status, 0);
    }

    private unsafe int Spawn(int listener, string[] command)
    {
        var actions = stackalloc byte[80];
        var arguments = stackalloc nint[command.Length + 1];
        for (var i = 0; i < command.Length; i++) arguments[i] = Marshal.StringToCoTaskMemUTF8(command[i]);
        arguments[command.Length] = 0;
        var home = Marshal.StringToCoTaskMemUTF8(Home);
        try
        {
            _ = InitFileActions(actions);
            _ = AddDup2(actions, listener, 3);
            _ = AddChdir(actions, home);
            var environment = stackalloc nint[] { 0 };
            int pid;
            Assert.Equal(0, PosixSpawn(&pid, arguments[0], actions, null, arguments, environment));
            _ = DestroyFileActions(actions);
            return pid;
        }
        finally
        {
            for (var i = 0; i < command.Length; i++) Marshal.FreeCoTaskMem(arguments[i]);
            Marshal.FreeCoTaskMem(home);
        }
    }

    // SAFETY (all): glibc's prototypes; the actions have room for a posix_spawn_file_actions_t, 80 bytes.
    [LibraryImport("libc", EntryPoint = "posix_spawn")]
    private static unsafe partial int PosixSpawn(int* pid, nint path, byte* actions, byte* attributes, nint* arguments, nint* environment);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_init")]
    private static unsafe partial int InitFileActions(byte* actions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_destroy")]
    private static unsafe partial int DestroyFileActions(byte* actions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_adddup2")]
    private static unsafe partial int AddDup2(byte* actions, int fd, int target);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_addchdir_np")]
    private static unsafe partial int AddChdir(byte* actions, nint path);

    [LibraryImport("libc", EntryPoint = "kill")]
    private static unsafe partial int Kill(int pid, int signal);

    [LibraryImport("libc", EntryPoint = "waitpid")]
    private static unsafe partial int WaitPid(int pid, int* status, int options);
}
