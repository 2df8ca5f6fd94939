using AgentSandbox.Server.Runtimes.Oci;

namespace AgentSandbox.BoxTests.Runtimes;

/// <summary>What boxes of the <c>oci</c> runtime have on the host while they live.</summary>
internal static class OciTraces
{
    public static void AssertNone(OciOptions options)
    {
        var state = options.StateDirectory;
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(state, "boxes")));
        Assert.DoesNotContain(Directory.EnumerateDirectories(Path.Combine(state, "runtime")), path => !Path.GetFileName(path).StartsWith('.'));
        Assert.DoesNotContain(File.ReadLines("/proc/net/unix"), line => line.Contains(state, StringComparison.Ordinal));
        Assert.Empty(OciFixture.Cgroups(options).ListBoxIds());
    }
}
