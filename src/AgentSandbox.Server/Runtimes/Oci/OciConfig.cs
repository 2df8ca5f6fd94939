using System.Buffers;
using System.Text.Json;
using AgentSandbox.Server.Templates;

namespace AgentSandbox.Server.Runtimes.Oci;

/// <summary>
/// Writes a box's <c>config.json</c> after the OCI runtime specification. What is the same for every box is literal here,
/// so that the whole posture can be read in one place; a golden file in the tests holds the exact result.
/// See https://github.com/opencontainers/runtime-spec/blob/main/config.md.
/// </summary>
internal sealed class OciConfig
{
    private static readonly string[] Namespaces = ["pid", "mount", "network", "ipc", "uts"];

    /// <summary>Nothing but processes, and of these only those that one may trace (proc(5)).</summary>
    private static readonly string[] OnlyOwnProcesses = ["subset=pid", "hidepid=2"];

    /// <summary>The root file system as the OCI runtime reaches it.</summary>
    public required string RootPath { get; init; }

    public required SandboxLimits Limits { get; init; }

    public required IReadOnlyList<IdMapping> UserMappings { get; init; }

    public required IReadOnlyList<IdMapping> GroupMappings { get; init; }

    /// <summary>A user namespace that was made, with these mappings, before the OCI runtime starts; null when it shall make one.</summary>
    public string? UserNamespace { get; init; }

    public required ProcessLimits ProcessLimits { get; init; }

    /// <summary>
    /// The seccomp profile as compiled for an earlier box, in base64; null when there is none. crun loads it instead of
    /// compiling the profile once more; a runtime that does not know the annotation takes the profile.
    /// </summary>
    public string? CompiledSeccomp { get; init; }

    /// <summary>
    /// Written for gVisor, whose kernel has a /proc of its own and does not hand system calls on. The walls that it ignores
    /// (seccomp, masked paths, the namespace of control groups) are left out: what stands here shall be in force.
    /// </summary>
    public bool IsGvisor { get; init; }

    public ProcMode ProcMode { get; init; }

    /// <summary>Null when the OCI runtime shall leave control groups alone.</summary>
    public string? CgroupsPath { get; init; }

    public byte[] Write()
    {
        var buffer = new ArrayBufferWriter<byte>(32 * 1024);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("ociVersion", "1.0.0");
            json.WriteString("hostname", "sandbox");
            WriteRoot(json);
            WriteProcess(json);
            WriteMounts(json);
            WriteLinux(json);
            WriteAnnotations(json);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private void WriteRoot(Utf8JsonWriter json)
    {
        json.WriteStartObject("root");
        json.WriteString("path", RootPath);
        json.WriteBoolean("readonly", true);
        json.WriteEndObject();
    }

    private void WriteProcess(Utf8JsonWriter json)
    {
        json.WriteStartObject("process");
        json.WriteBoolean("terminal", false);
        json.WriteString("cwd", "/home/sandbox");
        WriteStrings(json, "args", IsGvisor ? [Template.GuestPath, "stdio"] : [Template.GuestPath]);
        // Nothing else: the guest is a .NET program, and settings of the user's (DOTNET_…) must not reach it.
        WriteStrings(json, "env", "PATH=/usr/local/bin:/usr/bin:/bin");
        json.WriteBoolean("noNewPrivileges", true);
        json.WriteNumber("oomScoreAdj", ProcessLimits.OomScoreAdjustment);

        json.WriteStartObject("user");
        json.WriteNumber("uid", IdMap.SandboxId);
        json.WriteNumber("gid", IdMap.SandboxId);
        json.WriteNumber("umask", 18); // 022
        json.WriteEndObject();

        json.WriteStartObject("capabilities");
        foreach (var set in (string[])["bounding", "effective", "inheritable", "permitted", "ambient"]) WriteStrings(json, set);
        json.WriteEndObject();

        json.WriteStartArray("rlimits");
        foreach (var (type, value) in ProcessLimits.All)
        {
            json.WriteStartObject();
            json.WriteString("type", type);
            json.WriteNumber("soft", value);
            json.WriteNumber("hard", value);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private void WriteMounts(Utf8JsonWriter json)
    {
        var disk = $"size={Limits.DiskBytes}";
        var inodes = $"nr_inodes={Limits.DiskInodes}";
        var owner = $"uid={IdMap.SandboxId},gid={IdMap.SandboxId}".Split(',');

        json.WriteStartArray("mounts");
        WriteMount(json, "/proc", "proc", ["nosuid", "noexec", "nodev", .. ProcMode is ProcMode.Strict && !IsGvisor ? OnlyOwnProcesses : []]);
        WriteMount(json, "/dev", "tmpfs", "nosuid", "noexec", "mode=755", "size=64k", "nr_inodes=64");
        WriteMount(json, "/dev/pts", "devpts", "nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5", "max=64");
        WriteMount(json, "/dev/shm", "tmpfs", "nosuid", "nodev", "noexec", "mode=1777", $"size={Limits.SharedMemoryBytes}", "nr_inodes=4096");
        WriteMount(json, "/tmp", "tmpfs", ["nosuid", "nodev", "mode=1777", disk, inodes, .. owner]);
        WriteMount(json, "/home/sandbox", "tmpfs", ["nosuid", "nodev", "mode=0755", disk, inodes, .. owner]);
        json.WriteEndArray();
    }

    private void WriteLinux(Utf8JsonWriter json)
    {
        json.WriteStartObject("linux");
        if (CgroupsPath is not null) json.WriteString("cgroupsPath", CgroupsPath);

        json.WriteStartArray("namespaces");
        WriteNamespace(json, "user", UserNamespace);
        foreach (var type in Namespaces) WriteNamespace(json, type);
        if (!IsGvisor) WriteNamespace(json, "cgroup");
        json.WriteEndArray();

        WriteIdMappings(json, "uidMappings", UserMappings);
        WriteIdMappings(json, "gidMappings", GroupMappings);
        if (!IsGvisor) WriteFilters(json);
        json.WriteEndObject();
    }

    private static void WriteNamespace(Utf8JsonWriter json, string type, string? path = null)
    {
        json.WriteStartObject();
        json.WriteString("type", type);
        if (path is not null) json.WriteString("path", path);
        json.WriteEndObject();
    }

    private static void WriteFilters(Utf8JsonWriter json)
    {
        WriteStrings(json, "maskedPaths", [.. ProcPaths.Masked]);
        WriteStrings(json, "readonlyPaths", [.. ProcPaths.ReadOnly]);
        json.WritePropertyName("seccomp");
        json.WriteRawValue(SeccompProfile.Json, skipInputValidation: true);
    }

    private void WriteAnnotations(Utf8JsonWriter json)
    {
        if (CompiledSeccomp is null || IsGvisor) return;
        json.WriteStartObject("annotations");
        json.WriteString("run.oci.seccomp_bpf_data", CompiledSeccomp);
        json.WriteEndObject();
    }

    private static void WriteIdMappings(Utf8JsonWriter json, string name, IReadOnlyList<IdMapping> mappings)
    {
        json.WriteStartArray(name);
        foreach (var mapping in mappings)
        {
            json.WriteStartObject();
            json.WriteNumber("containerID", mapping.ContainerId);
            json.WriteNumber("hostID", mapping.HostId);
            json.WriteNumber("size", mapping.Size);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteMount(Utf8JsonWriter json, string destination, string type, params ReadOnlySpan<string> options)
    {
        json.WriteStartObject();
        json.WriteString("destination", destination);
        json.WriteString("type", type);
        json.WriteString("source", type);
        WriteStrings(json, "options", options);
        json.WriteEndObject();
    }

    private static void WriteStrings(Utf8JsonWriter json, string name, params ReadOnlySpan<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values) json.WriteStringValue(value);
        json.WriteEndArray();
    }
}
