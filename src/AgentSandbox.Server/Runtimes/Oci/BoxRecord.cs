using System.Text.Json;
using System.Text.Json.Serialization;

namespace AgentSandbox.Server.Runtimes.Oci;

/// <summary>
/// What a later life of the server must know to find a box again and to be sure that it is the same one: a process is
/// named by its number only together with its start time and the boot.
/// </summary>
internal sealed record BoxRecord(int Pid, long StartTime, string BootId, uint? HostId, string Isolation = RuntimeCapabilities.Standard)
{
    public void Write(string path)
    {
        var temporary = path + ".new";
        File.WriteAllBytes(temporary, JsonSerializer.SerializeToUtf8Bytes(this, BoxRecordJson.Default.BoxRecord));
        File.Move(temporary, path, overwrite: true); // whole or not at all
    }

    /// <summary>Null when there is none, or only a part of one.</summary>
    public static BoxRecord? TryRead(string path)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), BoxRecordJson.Default.BoxRecord);
        }
        catch (Exception e) when (e is IOException or JsonException)
        {
            return null;
        }
    }
}

[JsonSerializable(typeof(BoxRecord))]
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
internal sealed partial class BoxRecordJson : JsonSerializerContext;
