using System.Buffers.Text;
using AgentSandbox.Guest.Links;
using AgentSandbox.Guest.Native;
using AgentSandbox.Protocol;

namespace AgentSandbox.Guest.Files;

/// <summary>
/// Removes a directory with all that is in it, a slice each turn. Every step starts from an open directory and follows no
/// link, so nobody can lead it out of the tree. The number of open directories is bounded: what lies deeper is first moved
/// up to the root of the tree, where it is found again.
/// </summary>
internal sealed unsafe class TreeRemoveStream : GuestStream
{
    private const int StepsPerTurn = 256, MaxDepth = 32;

    /// <summary>
    /// Without O_DIRECTORY, which makes gVisor (of 2022) follow a link in spite of O_NOFOLLOW: what is no directory is noticed
    /// when it is read.
    /// </summary>
    private const OpenFlags DirectoryFlags = OpenFlags.ReadOnly | OpenFlags.NoFollow | OpenFlags.CloseOnExec | OpenFlags.NonBlocking;

    private readonly List<Level> _levels = [];
    private uint _lastNumber;

    private TreeRemoveStream(Link link, uint id, byte[] path, int root) : base(link, id) =>
        _levels.Add(new Level(new DirectoryReader(root), path));

    public static Fault? Open(Link link, uint id, byte[] path)
    {
        fixed (byte* text = path)
        {
            var root = Libc.Open(text, DirectoryFlags, 0);
            if (root < 0) return Fault.FromLastError();

            var stream = new TreeRemoveStream(link, id, path, root);
            link.Add(stream);
            link.MarkReady(stream);
            return null;
        }
    }

    protected override void ProduceFrame()
    {
        for (var steps = 0; steps < StepsPerTurn; steps++)
        {
            if (Step() is { } fault)
            {
                Fail(fault);
                return;
            }
            if (_levels.Count == 0)
            {
                Finish([]);
                return;
            }
        }
        Link.MarkReady(this);
    }

    protected override void OnClosed()
    {
        foreach (var level in _levels) level.Reader.Dispose();
        _levels.Clear();
    }

    private Fault? Step()
    {
        var level = _levels[^1];
        var name = level.Reader.Next(out var error);
        if (error != 0) return Fault.FromFileError(error);
        if (name == null) return LeaveDirectory(level);

        if (!level.Reader.IsDirectory)
        {
            if (Libc.UnlinkAt(level.Reader.Fd, name, 0) == 0) return level.Progress();
            if (Errno.Last == Errno.NoEntry) return null;
            if (Errno.Last is not (Errno.IsDirectory or Errno.Perm)) return Fault.FromLastError();
        }
        return RemoveDirectory(level, name);
    }

    private Fault? RemoveDirectory(Level level, byte* name)
    {
        if (Libc.UnlinkAt(level.Reader.Fd, name, Libc.AtRemoveDir) == 0) return level.Progress();
        if (Errno.Last == Errno.NoEntry) return null;
        if (Errno.Last is not (Errno.NotEmpty or Errno.Exists)) return Fault.FromLastError();
        return _levels.Count < MaxDepth ? EnterDirectory(level, name) : MoveUp(level, name);
    }

    private Fault? EnterDirectory(Level level, byte* name)
    {
        var directory = Libc.OpenAt(level.Reader.Fd, name, DirectoryFlags, 0);
        if (directory < 0) return Fault.FromLastError();
        _levels.Add(new Level(new DirectoryReader(directory), CString.From(CString.Span(name))));
        return null;
    }

    private Fault? MoveUp(Level level, byte* name)
    {
        var root = _levels[0];
        Span<byte> text = stackalloc byte[32];
        text.Clear();
        ".sandboxd-removed-"u8.CopyTo(text);
        Utf8Formatter.TryFormat(++_lastNumber, text[18..], out _);
        fixed (byte* target = text)
        {
            if (Libc.RenameAt2(level.Reader.Fd, name, root.Reader.Fd, target, Libc.RenameNoReplace) == 0)
            {
                root.Progress();
                return level.Progress();
            }
        }
        // A name that is taken costs another step with the next number.
        return Errno.Last == Errno.Exists ? null : Fault.FromLastError();
    }

    /// <summary>All names have been seen: removes the directory, or looks again if it has changed while it was read.</summary>
    private Fault? LeaveDirectory(Level level)
    {
        fixed (byte* name = level.Name)
        {
            var parent = _levels.Count > 1 ? _levels[^2].Reader.Fd : Libc.AtFdCwd;
            var removed = Libc.UnlinkAt(parent, name, Libc.AtRemoveDir) == 0 || Errno.Last == Errno.NoEntry;
            if (!removed)
            {
                var error = Errno.Last;
                if (error is not (Errno.NotEmpty or Errno.Exists) || !level.HasProgressed) return Fault.FromFileError(error);
                level.LookAgain();
                return null;
            }
        }
        level.Reader.Dispose();
        _levels.RemoveAt(_levels.Count - 1);
        return _levels.Count > 0 ? _levels[^1].Progress() : null;
    }

    private sealed class Level(DirectoryReader reader, byte[] name)
    {
        public DirectoryReader Reader => reader;

        public byte[] Name => name;

        public bool HasProgressed { get; private set; }

        /// <summary>Returns no fault, for the sake of its callers.</summary>
        public Fault? Progress()
        {
            HasProgressed = true;
            return null;
        }

        public void LookAgain()
        {
            HasProgressed = false;
            reader.Rewind();
        }
    }
}
