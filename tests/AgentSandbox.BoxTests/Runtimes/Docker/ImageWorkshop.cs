using System.Collections.Concurrent;
using AgentSandbox.BoxTests.Support;
using AgentSandbox.BoxTests.Support.Docker;
using AgentSandbox.BoxTests.Templates;
using AgentSandbox.Server.Runtimes.Docker;
using AgentSandbox.Server.Templates;
using Docker.DotNet;
using Docker.DotNet.Models;
using Microsoft.Extensions.Logging;

namespace AgentSandbox.BoxTests.Runtimes.Docker;

/// <summary>A real engine, and what images are made from on it: the real guest, and agents that are small.</summary>
public sealed class ImageWorkshop : IAsyncLifetime
{
    private readonly TemplateWorkshop _templates = new();
    private readonly string _scratch = Directory.CreateTempSubdirectory("template-tests-").FullName;

    internal static IProgress<TemplateProgress> Silent { get; } = new Progress<TemplateProgress>();

    internal PrivateEngine Engine { get; private set; } = null!;

    internal DockerClient Client { get; private set; } = null!;

    internal TemplateOptions Options { get; private set; } = null!;

    /// <summary>A small Debian, built.</summary>
    internal Template Debian => _templates.Built;

    public async ValueTask InitializeAsync()
    {
        await _templates.InitializeAsync();
        Options = _templates.NewOptions() with { GuestFile = TestHost.Configure(new Dictionary<string, string?> { ["DATA_DIR"] = _scratch }).Paths.GuestPath };
        Engine = await PrivateEngine.StartAsync();
        Client = new DockerClientBuilder().WithEndpoint(new Uri($"unix://{Engine.Socket}")).WithTimeout(Timeout.InfiniteTimeSpan).Build();
    }

    public async ValueTask DisposeAsync()
    {
        Client?.Dispose();
        if (Engine is not null) await Engine.DisposeAsync();
        await _templates.DisposeAsync();
        Directory.Delete(_scratch, recursive: true);
    }

    internal static string Dockerfile => Path.Combine(TestHost.Configure(new Dictionary<string, string?> { ["DATA_DIR"] = "/nonexistent" }).Paths.TemplatesDirectory, "Dockerfile");

    internal DockerImages NewImages(Lines? log = null, TemplateOptions? options = null) =>
        new(Client, "the engine", new TemplateBuilder(options ?? Options, TimeProvider.System), Dockerfile, log ?? new Lines());

    internal static TemplateDefinition FromImage(string name, string reference, params string[] shell) => new(
        name,
        "From an image",
        new TemplateSource.Image(ImageReference.TryParse(reference)!),
        new Dictionary<string, string> { ["OPERATOR"] = "yes" },
        shell.Length > 0 ? shell : ["/bin/sh", "-c"]);

    /// <summary>An options' copy whose guest is another file with the same content.</summary>
    internal TemplateOptions WithOwnGuest()
    {
        var guest = Path.Combine(_scratch, Path.GetRandomFileName());
        File.Copy(Options.GuestFile, guest);
        return Options with { GuestFile = guest };
    }

    internal string NewDirectory() => Directory.CreateDirectory(Path.Combine(_scratch, Path.GetRandomFileName())).FullName;

    internal async Task<ImageInspectResponse> InspectAsync(string reference) => await Client.Images.InspectImageAsync(reference);

    internal async Task<IReadOnlyList<string>> ListImageIdsAsync() =>
        [.. (await Client.Images.ListImagesAsync(new ImagesListParameters { All = true })).Select(image => image.ID).Order(StringComparer.Ordinal)];

    /// <summary>Collects what is logged, and may react to it.</summary>
    internal sealed class Lines(Action<string>? onLine = null) : ILogger<DockerImages>
    {
        private readonly ConcurrentQueue<string> _lines = new();

        public IReadOnlyCollection<string> All => _lines;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var line = formatter(state, exception);
            _lines.Enqueue(line);
            onLine?.Invoke(line);
        }
    }
}
