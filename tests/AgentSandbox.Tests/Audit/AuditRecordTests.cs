using System.Diagnostics.Metrics;
using AgentSandbox.Server.Audit;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace AgentSandbox.Tests.Audit;

public sealed class AuditRecordTests : IDisposable
{
    private readonly LogDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("abcdefghijklmnopqrstuvwxyz", true)]
    [InlineData("234567ghijklmnopqrstuvwxyz", true)]
    [InlineData("abcdefghijklmnopqrstuvwxy", false)]
    [InlineData("abcdefghijklmnopqrstuvwxyzz", false)]
    [InlineData("Abcdefghijklmnopqrstuvwxyz", false)]
    [InlineData("1bcdefghijklmnopqrstuvwxyz", false)]
    [InlineData("", false)]
    public void OriginOf_SessionId_IsTakenOnlyInItsForm(string id, bool isTaken)
    {
        var context = new DefaultHttpContext();
        context.Request.RouteValues = new RouteValueDictionary { ["id"] = id };

        Assert.Equal(isTaken ? id : null, AuditRecord.OriginOf(context).SessionId);
    }

    [Fact]
    public void OriginOf_LongNames_AreCut()
    {
        var context = new DefaultHttpContext();
        context.Request.RouteValues = new RouteValueDictionary { ["name"] = new string('a', 8_000), ["keyId"] = new string('k', 8_000) };

        var origin = AuditRecord.OriginOf(context);

        Assert.Equal((64, 64), (origin.Agent?.Length, origin.Detail?.Length));
    }

    [Fact]
    public async Task Trail_EntryThatCannotBeMade_LeavesTheAnswerAndIsCounted()
    {
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var told = new RecordedLogger<AuditTrail>();
        using var log = await _directory.OpenAsync();
        using var security = new SecurityLog(services.GetRequiredService<IMeterFactory>(), NullLogger<SecurityLog>.Instance, log, TimeProvider.System);
        // Fails when somebody goes through its words.
        var broken = LogDirectory.Entry(0) with { Args = default(ArraySegment<string>) };
        var context = new DefaultHttpContext();
        context.Features.Set(new AuditRecord(log, security, broken));

        await new AuditTrail(_ => Task.CompletedTask, log, told).InvokeAsync(context);
        await log.AppendAsync(LogDirectory.Entry(1));
        await log.StopAsync(CancellationToken.None);

        Assert.Equal(4109, told.Lines.Single().Id);
        Assert.Equal(1, LogDirectory.Read(_directory.Files[0]).Single(entry => entry.Action == AuditActions.Gap).Count);
    }
}
