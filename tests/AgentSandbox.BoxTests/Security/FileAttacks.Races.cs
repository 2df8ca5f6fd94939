using System.Net;
using System.Text;

namespace AgentSandbox.BoxTests.Security;

/// <summary>Between a look at a name and its use, a box gives the name to something else.</summary>
public abstract partial class FileAttacks
{
    private const int Rounds = 30;

    /// <summary>D2: whatever is at the name by then, what is read is the box's.</summary>
    [Fact]
    public async Task Race_EveryOperationOnAChangingName_StaysInTheBox()
    {
        var words = new[] { "swap_file", Server.HostFile.Path };
        await using (await Abuse.StartAsync(Session, words))
        {
            for (var round = 0; round < Rounds; round++)
            {
                await Task.WhenAll(
                    ReadsOnlyTheBoxAsync("swapped"),
                    SendAsync(HttpMethod.Get, Session.FilePath("swapped", "/stat")),
                    SendAsync(HttpMethod.Get, Session.FilePath("swapped", "/list")),
                    SendAsync(HttpMethod.Put, Session.FilePath("swapped"), "of the box"u8.ToArray()),
                    SendAsync(HttpMethod.Put, Session.FilePath("swapped/inner"), "of the box"u8.ToArray()),
                    PostAsync($"{Session.Path}/files/move", new { from = "swapped", to = "/tmp/moved", overwrite = true }),
                    PostAsync($"{Session.Path}/files/move", new { from = "swapped", to = "moved", overwrite = true }),
                    PostAsync($"{Session.Path}/files/mkdir", new { path = "swapped/made" }),
                    SendAsync(HttpMethod.Delete, Session.FilePath("swapped") + "&recursive=true"));
                await ReadsOnlyTheBoxAsync("/tmp/moved");
            }

            await AssertAliveAsync();
            await Session.DisposeAsync();
        }
    }

    /// <summary>D5: a removal goes down into directories only, never through what has taken their place.</summary>
    [Fact]
    public async Task Race_RemovalOfAChangingTree_SparesWhatItLinksTo()
    {
        await using (await Abuse.StartAsync(Session, ["swap_tree"]))
        {
            for (var round = 0; round < Rounds; round++)
            {
                await Task.WhenAll(Enumerable.Repeat(0, 4).Select(_ => SendAsync(HttpMethod.Delete, Session.FilePath("tree") + "&recursive=true")));
            }

            Assert.Equal("kept"u8.ToArray(), await Session.ReadAsync("keep/file"));
            Assert.Equal("kept"u8.ToArray(), await Session.ReadAsync("keep/inner/file"));
            await Session.DisposeAsync();
        }
    }

    private async Task ReadsOnlyTheBoxAsync(string path)
    {
        var read = await SendAsync(HttpMethod.Get, Session.FilePath(path));
        if (read.Status == HttpStatusCode.OK) Assert.Contains(read.Text, (string[])["of the box", ""]);
    }
}
