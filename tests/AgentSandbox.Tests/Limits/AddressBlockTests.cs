using System.Net;
using AgentSandbox.Server.Limits;

namespace AgentSandbox.Tests.Limits;

public sealed class AddressBlockTests
{
    [Theory]
    [InlineData("192.0.2.1", "192.0.2.1")]
    [InlineData("192.0.2.1", "::ffff:192.0.2.1")]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff")]
    public void Of_TheSameSubscriber_IsOneBlock(string one, string other) => Assert.Equal(Block(one), Block(other));

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.2")]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:3::1")]
    [InlineData("0.0.0.1", "0:0:0:1::")]
    public void Of_Others_AreOtherBlocks(string one, string other) => Assert.NotEqual(Block(one), Block(other));

    [Fact]
    public void Widen_OfOneNetwork_IsOneBlock()
    {
        Assert.Equal(Block("2001:db8:1::").Widen(), Block("2001:db8:ffff:7::").Widen());
        Assert.Equal(Block("192.0.2.1").Widen(), Block("192.0.255.255").Widen());
    }

    [Fact]
    public void AddressTable_OfTenThousandAddresses_StaysBounded()
    {
        var table = new AddressTable(most: 10);
        var blocks = Enumerable.Range(0, 10_000).Select(number => new IPAddress([10, 0, (byte)(number >> 8), (byte)number])).Select(AddressBlock.Of).ToList();
        foreach (var block in blocks) table.Add(table.Place(block));

        Assert.Equal(11, table.Count);                                    // ten, and one for all their neighbours
        Assert.Equal(blocks[0], table.Place(blocks[0]));                  // who was there first keeps its own
        Assert.Equal(blocks[^1].Widen(), table.Place(blocks[^1]));

        table.Remove(blocks[0]);
        table.Remove(blocks[1]);
        Assert.Equal(blocks[^1], table.Place(blocks[^1]));
    }

    private static AddressBlock Block(string address) => AddressBlock.Of(IPAddress.Parse(address));
}
