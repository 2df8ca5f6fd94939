using System.Globalization;

namespace AgentSandbox.Guest.Launch;

/// <summary>What the launcher shall prepare. The server writes this command line; it is not for people.</summary>
internal sealed class LaunchOptions
{
    /// <summary>The box's own directory on the host: the control socket or the pipes are made in it.</summary>
    public string? Directory { get; private set; }

    /// <summary>
    /// Set when the command is gVisor's: the guest's path in the root file system. gVisor hands on only standard streams, so
    /// they become a pair of pipes in place of the socket; and it must read the guest in order to execute it.
    /// </summary>
    public string? GuestForGvisor { get; private set; }

    /// <summary>The <c>cgroup.procs</c> files to enter.</summary>
    public List<string> CgroupProcs { get; } = [];

    /// <summary>Mounts to take away before the runtime looks.</summary>
    public List<string> Detach { get; } = [];

    /// <summary>A directory to show at another place.</summary>
    public (string Source, string Target)? Bind { get; private set; }

    /// <summary>A user namespace to make: on whose account, how it maps ids, and the file to bind it to.</summary>
    public (uint Owner, string Map, string File)? Users { get; private set; }

    /// <summary>The OCI runtime's command line; the first word is an absolute path.</summary>
    public string[] Command { get; private set; } = [];

    public bool NeedsMountNamespace => Detach.Count > 0 || Bind is not null || Users is not null;

    /// <exception cref="LaunchException">The command line is not complete.</exception>
    public static LaunchOptions Parse(ReadOnlySpan<string> args)
    {
        var options = new LaunchOptions();
        while (!args.IsEmpty)
        {
            switch (args)
            {
                case ["--directory", var directory, .. var rest]:
                    options.Directory = directory;
                    args = rest;
                    break;
                case ["--gvisor", var guest, .. var rest]:
                    options.GuestForGvisor = guest;
                    args = rest;
                    break;
                case ["--cgroup", var file, .. var rest]:
                    options.CgroupProcs.Add(file);
                    args = rest;
                    break;
                case ["--detach", var mountPoint, .. var rest]:
                    options.Detach.Add(mountPoint);
                    args = rest;
                    break;
                case ["--bind", var source, var target, .. var rest]:
                    options.Bind = (source, target);
                    args = rest;
                    break;
                case ["--users", var owner, var map, var file, .. var rest]:
                    options.Users = (uint.Parse(owner, CultureInfo.InvariantCulture), map, file);
                    args = rest;
                    break;
                case ["--", .. var command] when command.Length > 0 && options.Directory is not null:
                    options.Command = command.ToArray();
                    return options;
                default:
                    throw new LaunchException($"unexpected argument '{args[0]}'");
            }
        }

        throw new LaunchException("no command");
    }
}
