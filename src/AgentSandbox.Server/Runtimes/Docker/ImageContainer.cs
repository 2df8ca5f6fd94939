using System.Formats.Tar;
using System.Net;
using System.Security.Cryptography;
using AgentSandbox.Server.Templates;
using Docker.DotNet;
using Docker.DotNet.Models;

namespace AgentSandbox.Server.Runtimes.Docker;

/// <summary>
/// A container that is never started: the engine's way to look into an image and to make another from it. Whoever makes
/// it disposes it, which removes it.
/// </summary>
internal sealed class ImageContainer : IAsyncDisposable
{
    // Of Go's FileMode, in which engines describe files.
    private const uint DirectoryBit = 1u << 31;
    private const uint TypeBits = DirectoryBit | 1u << 27 | 1u << 26 | 1u << 25 | 1u << 24 | 1u << 21 | 1u << 19;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Told by its name, not by a label: a label would stay on the image that is made, and so on every box.</summary>
    private const string Prefix = "agent-sandbox-making-";

    private readonly IDockerClient _client;
    private readonly string _name = Prefix + RandomNumberGenerator.GetString("abcdefghijklmnopqrstuvwxyz0123456789", 16);

    private ImageContainer(IDockerClient client) => _client = client;

    /// <summary>Its settings become those of an image that is committed from it: they undo what the image itself would start.</summary>
    public static async Task<ImageContainer> CreateAsync(IDockerClient client, string image, CancellationToken cancellationToken)
    {
        var container = new ImageContainer(client);
        var parameters = new CreateContainerParameters
        {
            Name = container._name,
            Image = image,
            Entrypoint = [Template.GuestPath, "stdio"],
            Cmd = [],
            User = $"{RootAccounts.UserId}:{RootAccounts.UserId}",
            // The engine makes this directory, if need be through a link of the image's.
            WorkingDir = "/",
            Healthcheck = new HealthcheckConfig { Test = ["NONE"] },
            HostConfig = new HostConfig { NetworkMode = "none", LogConfig = new LogConfig { Type = "none" } },
        };
        await using var undo = new Rollback();
        undo.Add(container.DisposeAsync);       // a create that is cancelled may happen all the same
        await client.Containers.CreateContainerAsync(parameters, cancellationToken);
        undo.Commit();
        return container;
    }

    /// <summary>Removes those that a life that was cut short has left.</summary>
    public static async Task PruneAsync(IDockerClient client, CancellationToken cancellationToken)
    {
        var filters = new Dictionary<string, IDictionary<string, bool>>(StringComparer.Ordinal)
        {
            ["name"] = new Dictionary<string, bool>(StringComparer.Ordinal) { [$"^/?{Prefix}"] = true },
        };
        foreach (var left in await client.Containers.ListContainersAsync(new ContainersListParameters { All = true, Filters = filters }, cancellationToken))
        {
            await RemoveAsync(client, left.ID);
        }
    }

    /// <summary>What lies at a path; a link is a link, wherever it leads.</summary>
    public async Task<ImageFileKind> ExamineAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            var found = await _client.Containers.GetArchiveFromContainerAsync(
                _name, new ContainerPathStatParameters { Path = path }, statOnly: true, cancellationToken);
            return (found.Stat.Mode & TypeBits) switch
            {
                0 => ImageFileKind.File,
                DirectoryBit => ImageFileKind.Directory,
                _ => ImageFileKind.Other,
            };
        }
        catch (DockerApiException refusal) when (refusal.StatusCode is HttpStatusCode.NotFound)
        {
            return ImageFileKind.Missing;
        }
    }

    /// <summary>The content of a regular file; null when it is larger than allowed.</summary>
    public async Task<byte[]?> ReadFileAsync(string path, int maxLength, CancellationToken cancellationToken)
    {
        var found = await _client.Containers.GetArchiveFromContainerAsync(
            _name, new ContainerPathStatParameters { Path = path }, statOnly: false, cancellationToken);
        await using var archive = found.Stream!;
        await using var tar = new TarReader(archive);
        var entry = await tar.GetNextEntryAsync(copyData: false, cancellationToken);
        if (entry is not { EntryType: TarEntryType.RegularFile or TarEntryType.V7RegularFile } || entry.Length > maxLength) return null;

        var content = new byte[entry.Length];
        if (entry.DataStream is { } data) await data.ReadExactlyAsync(content, cancellationToken);
        return content;
    }

    public Task ExtractAsync(Func<TarWriter, CancellationToken, Task> write, CancellationToken cancellationToken) =>
        TarPipe.SendAsync(write, tar => _client.Containers.ExtractArchiveToContainerAsync(
            _name, new CopyToContainerParameters { Path = "/" }, tar, cancellationToken));

    public Task CommitAsync(string repository, string tag, IDictionary<string, string> labels, CancellationToken cancellationToken) =>
        _client.Images.CommitContainerChangesAsync(
            new CommitContainerChangesParameters { ContainerID = _name, RepositoryName = repository, Tag = tag, Labels = labels }, cancellationToken);

    /// <summary>All its files, but not those in volumes.</summary>
    public Task<Stream> ExportAsync(CancellationToken cancellationToken) => _client.Containers.ExportContainerAsync(_name, cancellationToken);

    public ValueTask DisposeAsync() => new(RemoveAsync(_client, _name));

    /// <summary>Never throws: what had gone wrong before is the news. What is left is found by <see cref="PruneAsync"/>.</summary>
    private static async Task RemoveAsync(IDockerClient client, string container)
    {
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            await client.Containers.RemoveContainerAsync(container, new ContainerRemoveParameters { Force = true, RemoveVolumes = true }, patience.Token);
        }
        catch (Exception exception) when (DockerFailure.Is(exception) || exception is OperationCanceledException)
        {
            // Gone already, or the engine does not answer.
        }
    }
}

internal enum ImageFileKind
{
    Missing,
    File,
    Directory,
    Other,
}
