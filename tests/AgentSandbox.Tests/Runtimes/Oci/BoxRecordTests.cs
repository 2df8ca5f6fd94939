using AgentSandbox.Server.Runtimes.Oci;

namespace AgentSandbox.Tests.Runtimes.Oci;

public sealed class BoxRecordTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("box-record-").FullName;

    private string RecordFile => Path.Combine(_directory, "box.json");

    [Fact]
    public void TryRead_Written_IsTheSame()
    {
        var record = new BoxRecord(Pid: 5, StartTime: 6, BootId: "b", HostId: 7);
        record.Write(RecordFile);

        Assert.Equal(record, BoxRecord.TryRead(RecordFile));
        Assert.Single(Directory.EnumerateFiles(_directory)); // nothing temporary stays
    }

    [Fact]
    public void TryRead_OfAnOlderServer_IsOfStandardIsolation()
    {
        File.WriteAllText(RecordFile, """{ "pid": 5, "startTime": 6, "bootId": "b", "hostId": 7 }""");

        Assert.Equal(new BoxRecord(5, 6, "b", 7, "standard"), BoxRecord.TryRead(RecordFile));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{\"pid\":5,")]
    public void TryRead_Torn_IsNull(string content)
    {
        File.WriteAllText(RecordFile, content);

        Assert.Null(BoxRecord.TryRead(RecordFile));
    }

    [Fact]
    public void TryRead_Missing_IsNull() => Assert.Null(BoxRecord.TryRead(RecordFile));

    public void Dispose() => Directory.Delete(_directory, recursive: true);
}
