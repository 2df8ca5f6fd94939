using System.Formats.Tar;
using AgentSandbox.Server.Templates;
using Docker.DotNet;
using Docker.DotNet.Models;

namespace AgentSandbox.Server.Runtimes.Docker;

/// <summary>
/// Lets an engine build Debian templates from <c>templates/Dockerfile</c>, where this machine cannot. The context is the part
/// of a checkout that the file copies from, under the same paths, so that it can be built by hand as well.
/// </summary>
internal sealed class ImageBuild(IDockerClient client, TemplateOptions options, string dockerfile)
{
    private const string DockerfileName = "templates/Dockerfile";
    private const UnixFileMode Readable = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>What an image that is built so now is labelled with as its source.</summary>
    public string Source
    {
        get
        {
            if (!File.Exists(dockerfile)) throw new TemplateException($"{dockerfile} is missing: it says how Docker builds templates.");
            using var hash = new ContentHash();
            return "dockerfile:" + hash.AddFile(dockerfile).Finish();
        }
    }

    /// <param name="onLine">Hears what the engine says as it goes.</param>
    /// <exception cref="TemplateException">The engine could not; the message has its words.</exception>
    public async Task RunAsync(
        TemplateDefinition definition, TemplateSource.Debian debian, ImageName name, Action<string> onLine, CancellationToken cancellationToken)
    {
        var parameters = new ImageBuildParameters
        {
            Dockerfile = DockerfileName,
            Tags = [name.ToString()],
            BuildArgs = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["SUITE"] = debian.Suite,
                ["PACKAGES"] = string.Join(' ', debian.Packages),
            },
            Labels = ImageLabels.For(definition.Name, Source),
            Remove = true,
            ForceRemove = true,
        };
        var messages = new EngineMessages(onLine);
        await TarPipe.SendAsync(WriteContextAsync, context => client.Images.BuildImageFromDockerfileAsync(
            parameters, context, [], new Dictionary<string, string>(StringComparer.Ordinal), messages, cancellationToken));
        if (messages.Failure is { } words)
            throw new TemplateException($"The engine could not build it: {words}. Its last words:{string.Concat(messages.LastLines.Select(line => "\n  " + line))}");
    }

    private async Task WriteContextAsync(TarWriter tar, CancellationToken cancellationToken)
    {
        await WriteFileAsync(tar, DockerfileName, dockerfile, Readable, cancellationToken);
        await WriteFileAsync(tar, "artifacts/guest/sandboxd", options.GuestFile, Readable, cancellationToken);
        foreach (var agent in AgentFiles.List(options.AgentsPath))
        {
            await WriteFileAsync(tar, "agents/" + agent.RelativePath, agent.FullPath, agent.Mode, cancellationToken);
        }
    }

    private static async Task WriteFileAsync(TarWriter tar, string name, string path, UnixFileMode mode, CancellationToken cancellationToken)
    {
        await using var content = File.OpenRead(path);
        // Equal contexts let the engine reuse its layers.
        var entry = new PaxTarEntry(TarEntryType.RegularFile, name) { Mode = mode, ModificationTime = DateTimeOffset.UnixEpoch, DataStream = content };
        await tar.WriteEntryAsync(entry, cancellationToken);
    }
}
