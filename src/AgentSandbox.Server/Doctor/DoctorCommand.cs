using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace AgentSandbox.Server.Doctor;

/// <summary><c>./run doctor [--json]</c>: each prerequisite, its state and its fix. Changes nothing.</summary>
internal static class DoctorCommand
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
        // The output goes to a terminal or a program, never into HTML.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
    };

    /// <param name="extraChecks">Run last: what only another part of the server can tell, such as whether a box really starts.</param>
    /// <returns>The exit code of the process: 1 when something is missing.</returns>
    public static async Task<int> RunAsync(
        DoctorContext context, IEnumerable<DoctorCheck> extraChecks, bool asJson, TextWriter output, CancellationToken cancellationToken)
    {
        var findings = new List<DoctorFinding>();
        foreach (var check in Checks(context).Concat(extraChecks))
        {
            if (await check(cancellationToken) is { } finding) findings.Add(finding);
        }

        await output.WriteAsync(asJson ? JsonSerializer.Serialize(findings, Json) + '\n' : DoctorTable.Format(findings));
        return findings.Any(finding => finding.State == DoctorState.Missing) ? 1 : 0;
    }

    private static IEnumerable<DoctorCheck> Checks(DoctorContext context)
    {
        var kernel = new KernelChecks(context.Host);
        var user = new UserChecks(context.Host);
        var hardening = new HardeningChecks(context.Host);
        var installation = new InstallationChecks(context);
        Func<DoctorFinding?>[] withoutEngine =
        [
            kernel.Version, user.User, kernel.UserNamespaces, user.SubordinateIds, new CgroupCheck(context.Host).Run, kernel.Seccomp,
            hardening.Kernel, hardening.SideChannels, installation.OciRuntime, installation.Gvisor, installation.Template,
        ];
        Func<DoctorFinding?>[] checks =
        [
            kernel.System, .. context.UsesEngine ? [] : withoutEngine,
            installation.Guest, installation.Definitions, installation.Page, installation.Disk, installation.Port,
        ];
        return checks.Select(check => (DoctorCheck)(_ => ValueTask.FromResult(check())));
    }
}
