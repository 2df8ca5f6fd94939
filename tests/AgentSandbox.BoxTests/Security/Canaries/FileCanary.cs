using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace AgentSandbox.BoxTests.Security.Canaries;

/// <summary>
/// A file of the host that everybody may read, so that nothing but the box keeps an attack from it. The kernel tells of every
/// open, read, write and rename (inotify), whichever way it came.
/// </summary>
internal sealed unsafe partial class FileCanary : ICanary, IDisposable
{
    private const int NonBlocking = 0x800, AnyEvent = 0xFFF;

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("agent-sandbox-canary-");
    private readonly int _notify;

    public FileCanary()
    {
        File.SetUnixFileMode(_directory.FullName, (UnixFileMode)0b111_101_101);
        Path = System.IO.Path.Combine(_directory.FullName, "canary");
        File.WriteAllText(Path, Secret);
        _notify = InotifyInit(NonBlocking);
        Assert.True(_notify >= 0 && InotifyAddWatch(_notify, Path, AnyEvent) >= 0, $"inotify: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    public string Path { get; }

    public string Secret { get; } = RandomNumberGenerator.GetHexString(32);

    public Task<string?> ComplainAsync()
    {
        var events = stackalloc byte[4096];
        var touched = Read(_notify, events, 4096) > 0;
        return Task.FromResult(touched ? $"The host's file {Path} was touched." : File.Exists(Path) ? null : $"The host's file {Path} is gone.");
    }

    public void Dispose()
    {
        _ = Close(_notify);
        _directory.Delete(recursive: true);
    }

    // SAFETY: a flag.
    [LibraryImport("libc", EntryPoint = "inotify_init1", SetLastError = true)]
    private static partial int InotifyInit(int flags);

    // SAFETY: the path is copied for the call.
    [LibraryImport("libc", EntryPoint = "inotify_add_watch", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int InotifyAddWatch(int notify, string path, uint mask);

    // SAFETY: the buffer holds as many bytes as are asked for.
    [LibraryImport("libc", EntryPoint = "read")]
    private static partial nint Read(int notify, byte* buffer, nint length);

    // SAFETY: a descriptor of this object's own, closed once.
    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int notify);
}
