using System.Runtime.InteropServices;
using AgentSandbox.Bench;
using AgentSandbox.Bench.Reports;

using var stop = new CancellationTokenSource();
using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);

try
{
    if (args.Contains("--help", StringComparer.Ordinal))
    {
        Console.WriteLine(BenchOptions.Usage);
        return 0;
    }

    var options = BenchOptions.Parse(args);
    var report = await new BenchRun(options, TimeProvider.System).RunAsync(stop.Token);
    ReportTable.Write(report, Console.Out);
    if (options.JsonPath is not null) await ReportJson.WriteAsync(report, options.JsonPath, stop.Token);
    return report.Failures.Count == 0 ? 0 : 1;
}
catch (BenchException failure)
{
    Console.Error.WriteLine($"bench: {failure.Message}");
    return 2;
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    Console.Error.WriteLine("bench: interrupted");
    return 130;
}

void Stop(PosixSignalContext context)
{
    context.Cancel = true;
    stop.Cancel();
}
