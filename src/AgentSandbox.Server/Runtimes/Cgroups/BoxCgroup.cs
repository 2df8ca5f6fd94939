using System.Runtime.InteropServices;
using AgentSandbox.Server.Runtimes.Native;

namespace AgentSandbox.Server.Runtimes.Cgroups;

/// <summary>The control groups of one box, one directory per hierarchy. Owned by the box's handle.</summary>
internal abstract class BoxCgroup
{
    /// <summary>Writing to these moves a process into the box.</summary>
    public abstract IReadOnlyList<string> ProcsFiles { get; }

    /// <summary>The OCI <c>cgroupsPath</c> that leads runc to these groups; null when there are none.</summary>
    public abstract string? PathForRuntime { get; }

    public abstract void Create(SandboxLimits limits);

    /// <summary>Asks; <see cref="IsFrozen"/> tells when it is so. To be asked again until then.</summary>
    public abstract void SetFrozen(bool frozen);

    public abstract bool IsFrozen { get; }

    public abstract SandboxStats ReadStats();

    /// <summary>As the kernel has them.</summary>
    public abstract EnforcedLimits ReadLimits();

    public abstract long ReadOomKills();

    public abstract bool Contains(int pid);

    /// <summary>Sends SIGKILL to every process that is in the group now.</summary>
    public abstract void Kill();

    /// <summary>False while a process is still leaving. A group that does not exist counts as removed.</summary>
    public abstract bool TryRemove();

    protected static bool TryRemoveDirectory(string directory)
    {
        try
        {
            Directory.Delete(directory); // rmdir: the files of a cgroup go with it
            return true;
        }
        catch (DirectoryNotFoundException)
        {
            return true;
        }
        catch (IOException)
        {
            return false; // EBUSY
        }
    }

    /// <summary>Reads the processes and kills them by number: safe only while they cannot end and be replaced.</summary>
    protected static void KillEach(IEnumerable<int> pids)
    {
        foreach (var pid in pids)
        {
            const int noSuchProcess = 3;
            if (Libc.Kill(pid, Libc.SigKill) < 0 && Marshal.GetLastPInvokeError() != noSuchProcess) throw Libc.Error($"kill {pid}");
        }
    }
}
