using System.Diagnostics;
using System.Globalization;
using AgentSandbox.BoxTests.Support;
using AgentSandbox.Server.Runtimes;

namespace AgentSandbox.BoxTests.Security;

/// <summary>
/// Uses the API as anybody would, on a session of its own, while another session misbehaves: every answer must be right, and
/// come in time. What is promised for a quiet machine is measured with <c>ABUSE_REQUESTS</c>: so many requests are made
/// beside each abuse, and the 99th percentile must keep the promise.
/// </summary>
internal static class Bystander
{
    private static readonly TimeSpan Promised = TimeSpan.FromMilliseconds(250);

    /// <summary>What no healthy server comes near, even on a machine that has other work.</summary>
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(2);

    /// <summary>Behind a kernel of its own the bystander's box itself takes a tenth of a second for what it is asked.</summary>
    private static readonly TimeSpan OwnKernelBound = TimeSpan.FromSeconds(10);

    private static readonly int? Measured =
        int.TryParse(Environment.GetEnvironmentVariable("ABUSE_REQUESTS"), NumberStyles.None, CultureInfo.InvariantCulture, out var requests) ? requests : null;

    public static async Task AssertServedAsync(TestSession session, string meanwhile)
    {
        var hasOwnKernel = session.Created.GetProperty("isolation").GetString() is not RuntimeCapabilities.Standard;
        var execs = new List<TimeSpan>();
        var probes = new List<TimeSpan>();
        for (var i = 0; i < (Measured ?? (hasOwnKernel ? 10 : 40)); i++)
        {
            execs.Add(await MeasureAsync(async () => Assert.Equal($"{i}", await session.OutputAsync($"echo {i}"))));
            probes.Add(await MeasureAsync(() => session.Api.GetAsync("/healthz")));
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{meanwhile}: exec {Describe(execs)}; healthz {Describe(probes)}");
        Assert.InRange(execs.Max(), TimeSpan.Zero, hasOwnKernel ? OwnKernelBound : Bound);
        Assert.InRange(probes.Max(), TimeSpan.Zero, Bound);
        if (Measured is null) return;
        Assert.InRange(Percentile(execs, 99), TimeSpan.Zero, Promised);
        Assert.InRange(Percentile(probes, 99), TimeSpan.Zero, Promised);
    }

    private static async Task<TimeSpan> MeasureAsync(Func<Task> request)
    {
        var started = Stopwatch.GetTimestamp();
        await request();
        return Stopwatch.GetElapsedTime(started);
    }

    private static TimeSpan Percentile(List<TimeSpan> times, int percent)
    {
        var sorted = times.Order().ToList();
        return sorted[Math.Min(sorted.Count - 1, sorted.Count * percent / 100)];
    }

    private static string Describe(List<TimeSpan> times) => string.Create(
        CultureInfo.InvariantCulture,
        $"p50 {Percentile(times, 50).TotalMilliseconds:0.0} ms, p99 {Percentile(times, 99).TotalMilliseconds:0.0} ms, longest {times.Max().TotalMilliseconds:0.0} ms");
}
