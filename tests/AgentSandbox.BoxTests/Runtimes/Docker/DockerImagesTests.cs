using System.Formats.Tar;
using AgentSandbox.BoxTests.Templates;
using AgentSandbox.Server.Runtimes;
using AgentSandbox.Server.Runtimes.Docker;
using AgentSandbox.Server.Templates;
using Docker.DotNet;
using Docker.DotNet.Models;

namespace AgentSandbox.BoxTests.Runtimes.Docker;

/// <summary>When images are made, what of, and what is left on the engine.</summary>
public sealed class DockerImagesTests(ImageWorkshop workshop) : IClassFixture<ImageWorkshop>
{
    /// <summary>The engine puts these into every container.</summary>
    private static readonly string[] Engines = [".dockerenv", "dev/console", "dev/pts", "dev/shm", "etc/hostname", "etc/hosts", "etc/mtab", "etc/resolv.conf"];

    [Fact]
    public async Task Ensure_Debian_IsTheRootAsTheBoxSeesIt()
    {
        var images = workshop.NewImages();
        var template = await images.EnsureAsync(TemplateWorkshop.Tiny, ImageWorkshop.Silent, withGvisor: false, default);

        Assert.Null(template.RootPath);
        var reference = images.Find(template, RuntimeCapabilities.Standard)!.Reference;
        Assert.Equal($"agent-sandbox/tiny:{template.Version}", reference);
        var root = new TemplateBuilder(workshop.Options, TimeProvider.System).Find(TemplateWorkshop.Tiny)!.RootPath!;
        var expected = await ListAsync(tar => TarPipe.SendAsync(new RootTar(root, workshop.Options.GuestFile).WriteAsync, tar));
        Assert.True(expected.Count > 1_000);
        Assert.Equal(expected, await ListAsync(tar => ExportAsync(reference, tar)));
    }

    [Fact]
    public async Task Ensure_Again_MakesNothing()
    {
        await BaseImage.LikeAlpine().ImportAsync(workshop.Client, "again");
        TemplateDefinition[] definitions = [TemplateWorkshop.Tiny, ImageWorkshop.FromImage("again", "again")];
        foreach (var definition in definitions) await workshop.NewImages().EnsureAsync(definition, ImageWorkshop.Silent, withGvisor: false, default);
        var before = await workshop.ListImageIdsAsync();
        var log = new ImageWorkshop.Lines();
        var images = workshop.NewImages(log);

        foreach (var definition in definitions) Assert.NotNull(images.Find(await images.EnsureAsync(definition, ImageWorkshop.Silent, withGvisor: false, default), RuntimeCapabilities.Standard));

        Assert.Empty(log.All);
        Assert.Equal(before, await workshop.ListImageIdsAsync());
    }

    [Fact]
    public async Task Ensure_MovedTag_IsMadeAgainAndTheOldOneGoes()
    {
        var definition = ImageWorkshop.FromImage("moving", "moving:latest");
        await BaseImage.LikeAlpine().File("opt/mark", "old").ImportAsync(workshop.Client, "moving");
        var old = await EnsureAsync(definition);

        await BaseImage.LikeAlpine().File("opt/mark", "new").ImportAsync(workshop.Client, "moving");
        var images = workshop.NewImages();
        var template = await images.EnsureAsync(definition, ImageWorkshop.Silent, withGvisor: false, default);
        await images.PruneAsync(default);

        var made = await workshop.InspectAsync(images.Find(template, RuntimeCapabilities.Standard)!.Reference);
        Assert.NotEqual(old, made.ID);
        Assert.Equal((await workshop.InspectAsync("moving")).ID, ImageLabels.SourceOf(made));
        Assert.DoesNotContain(old, await workshop.ListImageIdsAsync());
    }

    [Fact]
    public async Task Ensure_UnknownImage_SaysWhichAndLeavesNothing()
    {
        var before = await workshop.ListImageIdsAsync();
        var images = workshop.NewImages();

        var failure = await Assert.ThrowsAsync<TemplateException>(
            () => images.EnsureAsync(ImageWorkshop.FromImage("unknown", "localhost:9/no/such:1"), ImageWorkshop.Silent, withGvisor: false, default));

        Assert.StartsWith("Template unknown: the engine has no image 'localhost:9/no/such:1' and could not pull it: ", failure.Message, StringComparison.Ordinal);
        Assert.Contains("connection refused", failure.Message, StringComparison.Ordinal);
        Assert.Equal(before, await workshop.ListImageIdsAsync());
        Assert.Empty(await workshop.Engine.Http.ListContainersAsync());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Ensure_FailsHalfWay_LeavesNothing(bool withVolumes)
    {
        await BaseImage.LikeAlpine().ImportAsync(workshop.Client, "half", withVolumes ? ["VOLUME /data"] : []);
        var before = await workshop.ListImageIdsAsync();
        var options = workshop.WithOwnGuest();
        // Just before the container is made; what is to go into it is missing then.
        var images = workshop.NewImages(new ImageWorkshop.Lines(_ => File.Delete(options.GuestFile)), options);

        var failure = await Assert.ThrowsAsync<TemplateException>(
            () => images.EnsureAsync(ImageWorkshop.FromImage("half", "half"), ImageWorkshop.Silent, withGvisor: false, default));

        Assert.Contains("could not be packed", failure.Message, StringComparison.Ordinal);
        Assert.Empty(await workshop.Engine.Http.ListContainersAsync());
        Assert.Equal(before, await workshop.ListImageIdsAsync());
        Assert.Empty((await workshop.Client.Volumes.ListAsync(new VolumesListParameters())).Volumes ?? []);
    }

    /// <summary>gVisor reads what it runs; nobody else may.</summary>
    [Fact]
    public async Task Ensure_WithGvisor_OnlyItsImageHasAReadableGuest()
    {
        await BaseImage.LikeAlpine().ImportAsync(workshop.Client, "twofold");
        var definition = ImageWorkshop.FromImage("twofold", "twofold");
        var images = workshop.NewImages();
        var template = await images.EnsureAsync(definition, ImageWorkshop.Silent, withGvisor: true, default);
        var (plain, readable) = (images.Find(template, RuntimeCapabilities.Standard)!.Reference, images.Find(template, RuntimeCapabilities.Gvisor)!.Reference);

        const string guest = " 0:0 RegularFile usr/lib/agent-sandbox/sandboxd ";
        Assert.Contains("111" + guest, await ListAsync(tar => ExportAsync(plain, tar)));
        Assert.Contains("555" + guest, await ListAsync(tar => ExportAsync(readable, tar)));

        var again = workshop.NewImages();
        await again.EnsureAsync(definition, ImageWorkshop.Silent, withGvisor: true, default);
        await again.PruneAsync(default);
        Assert.NotNull(await workshop.InspectAsync(readable));
        await workshop.NewImages().PruneAsync(default);
        await Assert.ThrowsAsync<DockerImageNotFoundException>(() => workshop.InspectAsync(readable));
        await Assert.ThrowsAsync<DockerImageNotFoundException>(() => workshop.InspectAsync(plain));
    }

    [Fact]
    public async Task Prune_RemovesWhatIsOursAndUnused()
    {
        // An operator's image that was built on one of ours has our labels, and is not ours to remove.
        await BaseImage.LikeAlpine().ImportAsync(workshop.Client, "others", "LABEL agent-sandbox.template=x agent-sandbox.source=root");
        await BaseImage.LikeAlpine().ImportAsync(workshop.Client, "pruned");
        var unused = await EnsureAsync(ImageWorkshop.FromImage("unused", "pruned"));
        var used = await EnsureAsync(ImageWorkshop.FromImage("used", "pruned"));
        var container = await workshop.Client.Containers.CreateContainerAsync(new CreateContainerParameters { Image = used });
        var left = await workshop.Client.Containers.CreateContainerAsync(new CreateContainerParameters { Image = "others", Cmd = ["/x"], Name = "agent-sandbox-making-left" });
        var images = workshop.NewImages();
        var kept = images.Find(await images.EnsureAsync(ImageWorkshop.FromImage("kept", "pruned"), ImageWorkshop.Silent, withGvisor: false, default), RuntimeCapabilities.Standard)!;

        await images.PruneAsync(default);

        var ids = await workshop.ListImageIdsAsync();
        Assert.DoesNotContain(unused, ids);
        Assert.Contains(used, ids);
        Assert.Contains((await workshop.InspectAsync(kept.Reference)).ID, ids);
        Assert.Contains((await workshop.InspectAsync("others")).ID, ids);
        Assert.Equal([container.ID], await workshop.Engine.Http.ListContainersAsync());
        Assert.NotEqual(container.ID, left.ID);
        await workshop.Engine.Http.RemoveContainersAsync();
    }

    [Fact]
    public async Task Ensure_MachineCannotBuild_TheEngineDoes()
    {
        await ImportDebianAsync();
        var definition = TemplateWorkshop.Tiny with { Name = "built", Source = new TemplateSource.Debian("bookworm", []) };
        var log = new ImageWorkshop.Lines();
        var images = workshop.NewImages(log, WithoutMirror());

        var reference = images.Find(await images.EnsureAsync(definition, ImageWorkshop.Silent, withGvisor: false, default), RuntimeCapabilities.Standard)!.Reference;

        Assert.Contains("the engine builds it, because it cannot be built here", log.All.First(), StringComparison.Ordinal);
        Assert.Contains(log.All, line => line.StartsWith("the engine: Step ", StringComparison.Ordinal));
        var entries = await ListAsync(tar => ExportAsync(reference, tar));
        Assert.Contains("111 0:0 RegularFile usr/lib/agent-sandbox/sandboxd ", entries);
        Assert.Contains("555 0:0 RegularFile app/agent.sh ", entries);
        Assert.Contains("444 0:0 RegularFile app/echo/echo/main.py ", entries);
        Assert.Contains("444 0:0 RegularFile app/echo/echo/__pycache__/main.cpython-311.pyc ", entries);
        Assert.Contains("755 1001:1001 Directory home/sandbox ", entries);
        Assert.DoesNotContain(entries, entry => entry.Contains("training", StringComparison.Ordinal));
        Assert.Equal("1001:1001", (await workshop.InspectAsync(reference)).Config!.User);

        var again = new ImageWorkshop.Lines();
        await workshop.NewImages(again, WithoutMirror()).EnsureAsync(definition, ImageWorkshop.Silent, withGvisor: false, default);
        Assert.Empty(again.All);
    }

    [Fact]
    public async Task Ensure_NeitherCan_SaysWhatBothLack()
    {
        var definition = TemplateWorkshop.Tiny with { Name = "impossible", Source = new TemplateSource.Debian("bullseye", ["bash"]) };

        var failure = await Assert.ThrowsAsync<TemplateException>(
            () => workshop.NewImages(options: WithoutMirror()).EnsureAsync(definition, ImageWorkshop.Silent, withGvisor: false, default));

        Assert.Contains("could be made neither here nor by the engine", failure.Message, StringComparison.Ordinal);
        Assert.Contains("DEBIAN_MIRROR", failure.Message, StringComparison.Ordinal);
        Assert.Contains("There: ", failure.Message, StringComparison.Ordinal);
        Assert.Empty(await workshop.Engine.Http.ListContainersAsync());
    }

    private async Task<string> EnsureAsync(TemplateDefinition definition)
    {
        var images = workshop.NewImages();
        var template = await images.EnsureAsync(definition, ImageWorkshop.Silent, withGvisor: false, default);
        return (await workshop.InspectAsync(images.Find(template, RuntimeCapabilities.Standard)!.Reference)).ID;
    }

    private TemplateOptions WithoutMirror() => workshop.Options with { StorePath = workshop.NewDirectory(), Mirror = "http://127.0.0.1:9/debian" };

    /// <summary>Under the name that the Dockerfile begins with, in place of Debian's own.</summary>
    private Task ImportDebianAsync() => TarPipe.SendAsync(
        new RootTar(workshop.Debian.RootPath!, workshop.Options.GuestFile).WriteAsync, tar => workshop.Engine.ImportAsync("debian:bookworm-slim", tar));

    private async Task ExportAsync(string reference, Func<Stream, Task> read)
    {
        var container = await workshop.Client.Containers.CreateContainerAsync(new CreateContainerParameters { Image = reference, Cmd = ["/x"] });
        await using (var exported = await workshop.Client.Containers.ExportContainerAsync(container.ID)) await read(exported);
        await workshop.Client.Containers.RemoveContainerAsync(container.ID, new ContainerRemoveParameters());
    }

    /// <summary>A line per entry, but for the engine's own; where a hard link comes first is no matter.</summary>
    private static async Task<List<string>> ListAsync(Func<Func<Stream, Task>, Task> send)
    {
        var entries = new List<string>();
        await send(async tar =>
        {
            await using var reader = new TarReader(tar);
            while (await reader.GetNextEntryAsync() is { } entry)
            {
                var name = entry.Name.TrimEnd('/');
                if (Engines.Contains(name)) continue;

                var type = entry.EntryType is TarEntryType.HardLink ? TarEntryType.RegularFile : entry.EntryType;
                var target = type is TarEntryType.SymbolicLink ? entry.LinkName : "";
                var mode = type is TarEntryType.SymbolicLink ? "-" : Convert.ToString((int)entry.Mode, 8);
                entries.Add($"{mode} {entry.Uid}:{entry.Gid} {type} {name} {target}");
            }
        });
        return [.. entries.Order(StringComparer.Ordinal)];
    }
}
